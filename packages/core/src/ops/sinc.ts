import { addPairs, mulPairs, scalePair, subPairs, type Pair } from '../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../scalar/scalar-program.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { byOverflow, ofComplex } from '../finiteness.ts'
import { type Primitive } from '../primitive.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { sineAndCosine } from './formulas/exponential.ts'
import { divPairs, squarePair } from './formulas/quotient.ts'
import { joined } from './types.ts'

/** The n-th derivative of sinc: each is the partial of the one before. */
const sincP: Primitive<number> = definePrimitive<number>('sinc', {
  type: joined('sinc'),
  formula: (s, [z], _, order) => sincPair(s, z, order as number),
  partials: ([z], _, order) => ({ dz: bind(sincP, [z], order + 1) }),
  finiteness: ofComplex(byOverflow),
})

/** sinc⁽ⁿ⁾ by its series where |z| < 1, by recurrence elsewhere; sinc itself needs the series at 0 alone. */
function sincPair(s: ScalarProgram, z: Pair, order: number): Pair {
  const recurrence = sincByRecurrence(s, z, order)
  if (order === 0) {
    const isZero = s.mul(s.equal(z.re, s.zero), s.equal(z.im, s.zero))
    return { re: s.select(isZero, s.one, recurrence.re), im: s.select(isZero, s.zero, recurrence.im) }
  }
  const isNear = s.less(s.add(s.mul(z.re, z.re), s.mul(z.im, z.im)), s.one)
  const series = sincBySeries(s, z, order)
  return { re: s.select(isNear, series.re, recurrence.re), im: s.select(isNear, series.im, recurrence.im) }
}

/** z sinc z = sin(πz)/π  ⇒  sinc⁽ⁿ⁾ = (πⁿ⁻¹ sin(πz + nπ/2) − n sinc⁽ⁿ⁻¹⁾)/z; what overflows is multiplied last. */
function sincByRecurrence(s: ScalarProgram, z: Pair, order: number): Pair {
  const { fraction, sign } = reduced(s, z.re)
  const pi = s.constant(Math.PI)
  const { sin, cos, factor } = sineAndCosine(s, { re: s.mul(pi, fraction), im: s.mul(pi, z.im) })
  let value: Pair = { re: s.zero, im: s.zero }
  for (let n = 0; n <= order; n++) {
    const weight = s.mul(sign, s.constant((n % 4 < 2 ? 1 : -1) * Math.PI ** (n - 1)))
    const shifted = scalePair(s, weight, n % 2 === 0 ? sin : cos)
    value = divPairs(s, subPairs(s, shifted, scalePair(s, s.constant(n), value)), z)
  }
  return scalePair(s, factor, value)
}

/** x = n + fraction with |fraction| ≤ ½, exactly, and (−1)ⁿ: so sin(πx) is accurate next to its zeros, and 0 at integers. */
function reduced(s: ScalarProgram, x: Scalar): { fraction: Scalar; sign: Scalar } {
  const [half, two] = [s.constant(0.5), s.constant(2)]
  const size = s.call('abs', x)
  const below = s.call('floor', size)
  const rest = s.sub(size, below)
  const up = s.less(half, rest)
  const isOdd = s.sub(below, s.mul(two, s.call('floor', s.mul(half, below))))
  const parity = s.select(up, s.sub(s.one, isOdd), isOdd)
  return { fraction: s.mul(s.call('sign', x), s.sub(rest, up)), sign: s.sub(s.one, s.mul(two, parity)) }
}

/** Σₖ (−1)ᵏ π²ᵏ/(2k + 1)! · dⁿ/dzⁿ z²ᵏ; at |z| = 1 the last term is below 10⁻¹⁷ of the largest. */
function sincBySeries(s: ScalarProgram, z: Pair, order: number): Pair {
  const first = Math.ceil(order / 2)
  const square = squarePair(s, z)
  let sum: Pair = { re: s.zero, im: s.zero }
  for (let k = first + 14 + order; k >= first; k--)
    sum = addPairs(s, mulPairs(s, sum, square), { re: s.constant(seriesTerm(k, order)), im: s.zero })
  return order % 2 === 0 ? sum : mulPairs(s, sum, z)
}

/** (−1)ᵏ π²ᵏ (2k)!/(2k − n)!/(2k + 1)! */
function seriesTerm(k: number, order: number): number {
  let term = k % 2 === 0 ? 1 : -1
  for (let j = 1; j <= 2 * k; j++) term *= Math.PI / j
  term /= 2 * k + 1
  for (let j = 0; j < order; j++) term *= 2 * k - j
  return term
}

/** sin(πz)/(πz), and 1 at 0, as in NumPy; exactly 0 at the other integers, and accurate with all its derivatives near 0. */
export const sinc = (z: TensorLike): Tensor => bind(sincP, [z], 0)
