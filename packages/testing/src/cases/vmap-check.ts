import { add, at, mul, stack, vmap, type Tensor } from '@cad/core'
import { randomComplex, randomReal } from '../random.ts'
import { requireClose, type Check } from './check.ts'

const examples = [0, 1, 2]

/** Three different points of the shape and dtype of x, along a new first axis. */
const pointsNear = (x: Tensor, seed: number): Tensor => {
  const shift = x.dtype === 'complex128' ? randomComplex : randomReal
  return stack(examples.map((i) => (i === 0 ? x : add(x, mul(0.05, shift(x.shape, seed + i))))))
}

/** Batched over all arguments, and over each one with the others shared. */
export const vmapCheck: Check = {
  name: 'vmap',
  title: 'is, under vmap, the loop over the examples',
  run: ({ f, args, bounds }) => {
    const batches = args.map((x, k) => pointsNear(x, 10 * k))
    for (const only of [undefined, ...args.keys()]) {
      const isBatched = (k: number): boolean => only === undefined || only === k
      const one = examples.map((i) => f(args.map((x, k) => (isBatched(k) ? at(batches[k], i) : x))))
      const looped = one[0].map((_, part) => stack(one.map((parts) => parts[part])))
      const inAxes = args.map((_, k) => (isBatched(k) ? 0 : null))
      const found = vmap((...xs: Tensor[]) => f(xs), { inAxes })(...args.map((x, k) => (isBatched(k) ? batches[k] : x)))
      requireClose(only === undefined ? 'all batched' : `argument ${only} batched`, found, looped, bounds.vmap)
    }
  },
}
