import { checkRule, jvp, tensor, vjp, type Tensor } from '@cad/core'
import { maxAbs, maxDifference } from '../max-difference.ts'
import { randomReal } from '../random.ts'
import { like, requireBelow, requireSameTypes, requireZero, type Check } from './check.ts'

const rule: Check = {
  name: 'rule',
  title: 'passes checkRule',
  run: ({ f, args, bounds }) => {
    const { identity, difference } = checkRule((...xs: Tensor[]) => f(xs), args, { order: bounds.order })
    requireBelow('what needs no differences', identity, bounds.identity)
    requireBelow('distance from differences', difference, bounds.difference)
  },
}

const types: Check = {
  name: 'types',
  title: 'gives tangents of the type of the value and cotangents of those of the arguments',
  run: ({ f, args }) => {
    const { value, tangent } = jvp(f)(args, like(args, 0))
    requireSameTypes('tangents', tangent, value)
    requireSameTypes('cotangents', vjp(f)(args).pullback(like(value, 9)), args)
  },
}

const realSeeds: Check = {
  name: 'real seeds',
  title: 'pulls a complex seed with zero imaginary part back like the real one',
  concerns: ({ f, args }) => f(args).some(({ dtype }) => dtype === 'complex128'),
  run: ({ f, args }) => {
    const { value, pullback } = vjp(f)(args)
    const seeds = value.map(({ shape }, i) => randomReal(shape, 4 + i))
    const embedded = seeds.map((seed, i) => (value[i].dtype === 'complex128' ? inComplexPlane(seed) : seed))
    requireZero('difference of cotangents', maxDifference(pullback(seeds), pullback(embedded)))
  },
}

const inComplexPlane = ({ data, shape }: Tensor): Tensor =>
  tensor(Float64Array.from([...data].flatMap((x) => [x, 0])), { shape, dtype: 'complex128' })

const zeroSeeds: Check = {
  name: 'zero seeds',
  title: 'has a zero tangent for zero tangents and zero cotangents for zero cotangents',
  run: ({ f, args }) => {
    const { value, tangent } = jvp(f)(args, args.map(zerosLike))
    requireZero('tangent', maxAbs(tangent))
    requireZero('cotangents', maxAbs(vjp(f)(args).pullback(value.map(zerosLike))))
  },
}

/** Zeros that are stored, which no rule can tell from other numbers before it looks. */
const zerosLike = ({ dtype, shape, data }: Tensor): Tensor =>
  tensor(new Float64Array(data.length), { shape, dtype: dtype as 'float64' })

const jacobian: Check = {
  name: 'Jacobian',
  title: 'has the jvp as its Jacobian on ℝ²ⁿ and the vjp as its transpose',
  run: ({ f, args }) => {
    const J = realJacobian(
      (data) => joined(f(data.map((numbers, k) => withData(args[k], numbers)))),
      args.map(({ data }) => data),
    )
    const tangents = like(args, 20)
    const { value, tangent } = jvp(f)(args, tangents)
    const pushed = joined(value).map((_, i) =>
      J.reduce((total, columns, k) => total + dot(tangents[k].data, (j) => columns[j][i]), 0),
    )
    const seeds = like(value, 30)
    const seed = joined(seeds)
    const pulled = J.flatMap((columns) => columns.map((column) => dot(seed, (i) => column[i])))
    // Five-point differences with h = 1e-4: error h⁴ f⁽⁵⁾/30 + ε f/h, both below 1e-10 times the largest derivatives here.
    const scale = 1 + largest(J.flatMap((columns) => columns.flatMap((column) => [...column])))
    requireBelow('jvp', largestDifference(joined(tangent), pushed) / scale, 1e-9)
    requireBelow('vjp', largestDifference(joined(vjp(f)(args).pullback(seeds)), pulled) / scale, 1e-9)
  },
}

/** The numbers of several tensors one after the other. */
const joined = (xs: readonly Tensor[]): Float64Array => Float64Array.from(xs.flatMap(({ data }) => [...data]))

const withData = ({ shape, dtype }: Tensor, data: Float64Array): Tensor =>
  tensor(data, { shape, dtype: dtype as 'float64' })

const dot = (x: Float64Array, y: (i: number) => number): number => x.reduce((sum, value, i) => sum + value * y(i), 0)

const largest = (numbers: readonly number[]): number => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0)

const largestDifference = (a: Float64Array, b: ArrayLike<number>): number => largest([...a].map((x, i) => x - b[i]))

/** The columns of the Jacobian of f on ℝ²ⁿ for each argument, by five-point differences. */
function realJacobian(
  f: (data: readonly Float64Array[]) => Float64Array,
  point: readonly Float64Array[],
): Float64Array[][] {
  const h = 1e-4
  return point.map((x, k) =>
    Array.from(x, (_, j) => {
      const at = (step: number): Float64Array =>
        f(point.map((y, l) => (l === k ? y.map((value, i) => (i === j ? value + step : value)) : y)))
      const [p1, m1, p2, m2] = [at(h), at(-h), at(2 * h), at(-2 * h)]
      return p1.map((_value, i) => (8 * (p1[i] - m1[i]) - (p2[i] - m2[i])) / (12 * h))
    }),
  )
}

/** What must hold of the derivatives of every function. */
export const ruleChecks: readonly Check[] = [rule, types, realSeeds, zeroSeeds, jacobian]
