import {
  add,
  ceil,
  clip,
  equal,
  floor,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  maximum,
  minimum,
  notEqual,
  round,
  tensor,
  where,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import type { CoreCase, Section } from './core-case.ts'
import { c, r, u, z } from './points.ts'

/** Well separated, so that differences meet no tie. */
export const spread: Tensor = tensor([
  [3, -1, 2.5],
  [0.5, 4, -2],
])

const condition = greater(r([2, 3], 30), 0)

type Pairs = readonly [Tensor, Tensor]

/** A comparison, whose derivative is 0: it is added to its first argument, so that there is one to see. */
function comparison(name: string, f: (a: TensorLike, b: TensorLike) => Tensor, args: Pairs): CoreCase {
  const ofComplex = args[0].dtype === 'complex128'
  return {
    name,
    f,
    row: { args: ofComplex ? [z, u] : [0.7, -1.3] },
    variants: { '': { f: (a, b) => add(a, f(a, b)), args } },
    sections: { [name]: { f: (x) => f(x, 1), ...mask, ...(ofComplex ? {} : { onlyReal: true }) } },
  }
}

/** A step function or mask of one number, added to it for the same reason. */
const stepped = (
  name: string,
  f: (z: TensorLike) => Tensor,
  args: readonly Tensor[],
  about: Omit<Section, 'f'>,
): CoreCase => ({
  name,
  f,
  row: { args: about.isMask ? [z] : [0.7] },
  variants: { '': { f: (x) => add(x, f(x)), args } },
  sections: { [name]: { f, ...about } },
})

const mask = { isMask: true } as const
const step = { onlyReal: true, limits: [Infinity, -Infinity] } as const
const tie = { at: [1, 1], along: 0, label: 'a = b' }

/** Order, choice and rounding. */
export const comparisons: readonly CoreCase[] = [
  comparison('less', less, [r([3], 8), r([3], 9)]),
  comparison('lessEqual', lessEqual, [r([3], 13), r([3], 14)]),
  comparison('greater', greater, [r([3], 8), r([3], 9)]),
  comparison('greaterEqual', greaterEqual, [r([3], 15), r([3], 16)]),
  comparison('equal', equal, [c([3], 10), c([3], 11)]),
  comparison('notEqual', notEqual, [c([3], 17), c([3], 18)]),
  stepped('isFinite', isFinite, [c([3], 19)], mask),
  stepped('isNaN', isNaN, [r([3], 20)], mask),
  stepped('floor', floor, [r([3], 10)], step),
  stepped('ceil', ceil, [r([3], 11)], step),
  stepped('round', round, [r([3], 12)], step),
  {
    name: 'where',
    f: (a, b) => where(condition, a, b),
    row: { f: (choice, a, b) => where(choice, a, b), args: [1, z, u] },
    variants: {
      'complex and real': [c([2, 3], 4), r([3], 5)],
      'scalar branches': [c([], 6), c([], 7)],
    },
    sections: { where: { f: (x) => where(isFinite(x), x, { re: 2, im: -3 }), dropsNaN: 'always' } },
  },
  {
    name: 'maximum',
    f: (a, b) => maximum(a, b),
    row: { args: [0.7, -1.3], zeros: [tie] },
    variants: { '': [spread, tensor([1, 1, -3])] },
    sections: { maximum: { f: (x) => maximum(x, 1), onlyReal: true } },
  },
  {
    name: 'minimum',
    f: (a, b) => minimum(a, b),
    row: { args: [0.7, -1.3], zeros: [tie] },
    variants: { '': [spread, tensor([[1], [3]])] },
    sections: { minimum: { f: (x) => minimum(1, x), onlyReal: true } },
  },
  {
    name: 'clip',
    f: (x, low, high) => clip(x, low, high),
    row: { args: [0.7, -1.2, 1.3], zeros: [{ at: [1, 0, 1], along: 0, label: 'on a bound' }] },
    variants: { '': [spread, tensor([-0.2, -0.1, 0]), tensor(2)] },
    sections: { clip: { f: (x) => clip(x, -1, 1), onlyReal: true, limits: [1, -1] } },
  },
]
