import { addPairs, mulPairs, subPairs, type Pair } from '../compile/complex-scalar.ts'
import type { ScalarProgram } from '../compile/scalar-program.ts'
import { bind, definePrimitive, type Primitive } from '../primitive.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { scalePair, sineAndCosine } from './formulas/exponential.ts'
import { divPairs, squarePair } from './formulas/quotient.ts'
import { clamp, largest } from './formulas/selection.ts'
import { joined } from './types.ts'

/** The n-th derivative of sinc: each is the partial of the one before. */
const sincP: Primitive<number> = definePrimitive<number>('sinc', {
  type: joined('sinc'),
  formula: (s, [z], _, order) => sincPair(s, z, order as number),
  partials: ([z], _, order) => ({ dz: bind(sincP, [z], order + 1) }),
  poles: true, // by overflow, far from the real axis
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
  const angle = (x: number): number => clamp(s, s.mul(s.constant(Math.PI), x), largest)
  const w = { re: angle(z.re), im: angle(z.im) }
  const { sin, cos, factor } = sineAndCosine(s, w)
  let value = divPairs(s, sin, w)
  for (let n = 1; n <= order; n++) {
    const sign = n % 4 < 2 ? 1 : -1
    const shifted = scalePair(s, s.constant(sign * Math.PI ** (n - 1)), n % 2 === 0 ? sin : cos)
    value = divPairs(s, subPairs(s, shifted, scalePair(s, s.constant(n), value)), z)
  }
  return scalePair(s, factor, value)
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

/** sin(πz)/(πz), and 1 at 0, as in NumPy; accurate with all its derivatives near 0. */
export const sinc = (z: TensorLike): Tensor => bind(sincP, [z], 0)
