import { checkRule, jvp, tensor, vjp, type Tensor } from '@cad/core'
import { maxAbs, maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ruleCases } from './rule-cases.ts'

const like = ({ dtype, shape }: Tensor, seed: number): Tensor =>
  dtype === 'complex128' ? randomComplex(shape, seed) : randomReal(shape, seed)

describe('the rule of every operation', () => {
  it.each(ruleCases)('passes checkRule at first and second order: $name', ({ f, args }) => {
    // The data lie within a distance 3 from the origin, away from poles: five-point differences reach 1e-9 or better.
    const { identity, difference } = checkRule(f, args)
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it.each(ruleCases)(
    'gives tangents of the type of the value and cotangents of those of the arguments: $name',
    ({ f, args }) => {
      const apply = (xs: readonly Tensor[]): Tensor => f(...xs)
      const { value, tangent } = jvp(apply)(
        args,
        args.map((x, i) => like(x, i)),
      )
      expect([tangent.dtype, tangent.shape]).toEqual([value.dtype, value.shape])
      vjp(apply)(args)
        .pullback(like(value, 9))
        .forEach((bar, i) => expect([bar.dtype, bar.shape]).toEqual([args[i].dtype, args[i].shape]))
    },
  )
})

describe('a complex seed with zero imaginary part', () => {
  it.each(ruleCases.filter(({ f, args }) => f(...args).dtype === 'complex128'))(
    'pulls back like the real one: $name',
    ({ f, args }) => {
      const { value, pullback } = vjp((xs: readonly Tensor[]) => f(...xs))(args)
      const seed = randomReal(value.shape, 4)
      const embedded = tensor(interleave(seed), {
        shape: value.shape,
        dtype: 'complex128',
      })
      expect(maxDifference(pullback(seed), pullback(embedded))).toBe(0)
    },
  )
})

const interleave = ({ data }: Tensor): Float64Array => Float64Array.from([...data].flatMap((x) => [x, 0]))

/** f on ℝ²ⁿ: the stacked real and imaginary parts of all complex arguments; central differences give the Jacobian. */
function realJacobian(
  f: (data: readonly Float64Array[]) => Float64Array,
  point: readonly Float64Array[],
): number[][][] {
  const h = 1e-4
  return point.map((x, k) =>
    Array.from(x, (_, j) => {
      const at = (step: number): Float64Array =>
        f(point.map((y, l) => (l === k ? y.map((value, i) => (i === j ? value + step : value)) : y)))
      const [p1, m1, p2, m2] = [at(h), at(-h), at(2 * h), at(-2 * h)]
      return Array.from(p1, (_, i) => (8 * (p1[i] - m1[i]) - (p2[i] - m2[i])) / (12 * h))
    }),
  )
}

describe('the real embedding', () => {
  it.each(ruleCases.filter(({ name }) => !/empty|nothing|pow 70/.test(name)))(
    'has the jvp as its Jacobian and the vjp as its transpose: $name',
    ({ f, args }) => {
      const embedded = (data: readonly Float64Array[]): Float64Array =>
        f(...data.map((numbers, k) => tensor(numbers, { shape: args[k].shape, dtype: args[k].dtype as 'float64' })))
          .data
      const J = realJacobian(
        embedded,
        args.map(({ data }) => data),
      )
      const apply = (xs: readonly Tensor[]): Tensor => f(...xs)
      const tangents = args.map((x, i) => like(x, 20 + i))
      const { value, tangent } = jvp(apply)(args, tangents)
      const pushed = Array.from(value.data, (_, i) =>
        J.reduce(
          (total, columns, k) => total + columns.reduce((sum, column, j) => sum + column[i] * tangents[k].data[j], 0),
          0,
        ),
      )
      const seed = like(value, 30)
      const pulled = J.map((columns) =>
        columns.map((column) => column.reduce((sum, x, i) => sum + x * seed.data[i], 0)),
      )
      // Five-point differences with h = 1e-4: error h⁴ f⁽⁵⁾/30 + ε f/h, both below 1e-10 times the largest derivatives here.
      const scale = 1 + maxAbs(tensor(J.flat(2)))
      expect(maxDifference(tensor([...tangent.data]), tensor(pushed)) / scale).toBeLessThan(1e-9)
      vjp(apply)(args)
        .pullback(seed)
        .forEach((bar, k) => expect(maxDifference(tensor([...bar.data]), tensor(pulled[k])) / scale).toBeLessThan(1e-9))
    },
  )
})
