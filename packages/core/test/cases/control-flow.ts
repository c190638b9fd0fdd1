import {
  abs,
  add,
  cond,
  conj,
  exp,
  foriLoop,
  less,
  mul,
  scan,
  square,
  sqrtCheckpoints,
  storeAll,
  whileLoop,
} from '@cad/core'
import type { Checkpoints, Tensor } from '@cad/core'
import type { CoreCase } from './core-case.ts'
import { c, vector, z } from './points.ts'

const scanned = (init: Tensor, xs: Tensor, checkpoints?: Checkpoints): readonly Tensor[] => {
  const { carry, ys } = scan(
    (own: Tensor, x: Tensor) => ({ carry: add(mul(own, x), 1), y: conj(own) }),
    init,
    xs,
    checkpoints === undefined ? {} : { checkpoints },
  )
  return [carry, ys]
}

const choice = (name: string, checkpoints: Checkpoints): CoreCase => ({
  name,
  kind: 'option',
  f: (init, xs) => scanned(init, xs, checkpoints),
  same: (init, xs) => scanned(init, xs),
  variants: { '': [z, c([5], 1)] },
})

/** Loops and branches, with small bodies; their rules are those of what they run. */
export const controlFlow: readonly CoreCase[] = [
  {
    name: 'cond',
    f: (x) => cond(1, exp, square, x),
    row: { args: [z], names: ['operand'] },
    variants: {
      'the first branch': [z],
      'by a value': { f: (x) => cond(less(abs(x), 1), exp, square, x), args: [c([], 2)] },
    },
  },
  {
    name: 'scan',
    f: (init, xs) => scanned(init, xs),
    variants: { '': [z, vector] },
  },
  {
    name: 'whileLoop',
    f: (init) =>
      whileLoop(
        (x) => less(abs(x), 10),
        (x) => add(square(x), add(x, 1)),
        init,
      ),
    variants: { '': [z] },
  },
  {
    name: 'foriLoop',
    f: (init) => foriLoop(0, 3, (i, x) => add(square(x), i), init),
    variants: { '': [z] },
  },
  choice('storeAll', storeAll),
  choice('sqrtCheckpoints', sqrtCheckpoints),
]
