import { mulPairs, type Pair } from '../../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'
import { and, clamp, isInfinite, isNumber, largest, not, or } from './selection.ts'

/** z² as (x − y)(x + y) + 2ixy: no cancellation, and no ∞ − ∞ where the squares overflow. */
export const squarePair = (s: ScalarProgram, { re, im }: Pair): Pair => ({
  re: s.mul(s.sub(re, im), s.add(re, im)),
  im: s.mul(s.constant(2), s.mul(re, im)),
})

/**
 * a / b by Smith's method: with r = small/large of the parts of b, a/b = (first + second r)/(large + small r) and its like, so
 * that nothing is squared. Finite over infinite is 0. Over 0 each part that is not 0 is infinite with the sign of that part
 * and of Re b; 0/0 is NaN. Smith (1962), Comm. ACM 5, 435.
 */
export function divPairs(s: ScalarProgram, a: Pair, b: Pair): Pair {
  if (a.im === s.zero && b.im === s.zero) return { re: s.div(a.re, b.re), im: s.zero }
  const imLarger = imaginaryIsLarger(s, b)
  const [large, small] = [s.select(imLarger, b.im, b.re), s.select(imLarger, b.re, b.im)]
  const [first, second] = [s.select(imLarger, a.im, a.re), s.select(imLarger, a.re, a.im)]
  if (!s.isCareful) {
    const slope = s.div(small, large)
    const below = s.add(large, s.mul(small, slope))
    const im = s.sub(second, s.mul(first, slope))
    return { re: s.div(s.add(first, s.mul(second, slope)), below), im: s.div(s.select(imLarger, s.neg(im), im), below) }
  }
  const byZero = s.equal(large, s.zero)
  const ratio = small === s.zero ? s.zero : s.select(or(s, byZero, isInfinite(s, small)), s.zero, s.div(small, large))
  const timesRatio = (x: Scalar): Scalar => s.select(s.equal(ratio, s.zero), s.zero, s.mul(x, ratio)) // ∞ · 0 is 0 here
  const denominator = s.add(large, timesRatio(small))
  const [p, q] = [s.add(first, timesRatio(second)), s.sub(second, timesRatio(first))]
  const over = (x: Scalar, other: Scalar): Scalar => {
    const isNothing = and(s, and(s, byZero, s.equal(x, s.zero)), not(s, s.equal(other, s.zero)))
    return s.select(isNothing, s.zero, s.div(x, denominator))
  }
  return { re: over(p, q), im: over(s.select(imLarger, s.neg(q), q), p) }
}

function imaginaryIsLarger(s: ScalarProgram, { re, im }: Pair): Scalar {
  if (im === s.zero) return s.zero
  return re === s.zero ? s.one : s.less(s.call('abs', re), s.call('abs', im))
}

/**
 * a b where parts that IEEE arithmetic makes ∞ − ∞ or 0 · ∞ are infinite or zero by the directions of a and b: for products of
 * what may have overflown or is infinite.
 */
export function boundlessProduct(s: ScalarProgram, a: Pair, b: Pair): Pair {
  const product = mulPairs(s, a, b)
  if (a.im === s.zero && b.im === s.zero) return product
  const direction = mulPairs(s, shrunk(s, a), shrunk(s, b))
  const part = (x: Scalar, along: Scalar): Scalar => {
    const infinite = s.select(s.equal(along, s.zero), s.zero, s.mul(s.constant(Infinity), along))
    return s.select(isNumber(s, x), x, infinite)
  }
  return { re: part(product.re, direction.re), im: part(product.im, direction.im) }
}

/** Of which factor a zero is looked for, since the other one may be infinite: one, none, or (undefined) both. */
export type ZeroFactors = 'partial' | 'seed' | 'none' | undefined

/**
 * partial · seed, for derivatives with infinite slopes: a boundless product where a zero factor gives zero, whatever the other is.
 * Compiled code lets zero win in each product of parts that `zeros` names. That is the same where the result is finite.
 */
export function seededPair(s: ScalarProgram, partial: Pair, seed: Pair, zeros: ZeroFactors): Pair {
  if (!s.isCareful) return productOfParts(partial, seed, s, (x, y) => zeroOrProduct(s, x, y, zeros))
  const { re, im } = boundlessProduct(s, partial, seed)
  const vanishes = (z: Pair): Scalar => and(s, s.equal(z.re, s.zero), s.equal(z.im, s.zero))
  const isZero = or(s, vanishes(seed), vanishes(partial))
  return { re: s.select(isZero, s.zero, re), im: s.select(isZero, s.zero, im) }
}

const productOfParts = (a: Pair, b: Pair, s: ScalarProgram, times: (x: Scalar, y: Scalar) => Scalar): Pair => ({
  re: s.sub(times(a.re, b.re), times(a.im, b.im)),
  im: s.add(times(a.re, b.im), times(a.im, b.re)),
})

function zeroOrProduct(s: ScalarProgram, partial: Scalar, seed: Scalar, zeros: ZeroFactors): Scalar {
  const product = s.mul(partial, seed)
  if (zeros === 'none' || product === s.zero) return product
  const isZero = (x: Scalar): Scalar => s.equal(x, s.zero)
  const wins = zeros === undefined ? or(s, isZero(partial), isZero(seed)) : isZero(zeros === 'seed' ? seed : partial)
  return s.select(wins, s.zero, product)
}

/** z in the same direction, where products neither overflow nor are NaN: ∞ becomes 2⁵¹⁰, and what stands next to it shrinks too. */
function shrunk(s: ScalarProgram, { re, im }: Pair): Pair {
  const size = s.call2('max', s.call('abs', re), s.call('abs', im))
  const factor = s.select(s.less(s.constant(2 ** 500), size), s.constant(2 ** -514), s.one)
  const part = (x: Scalar): Scalar => s.mul(factor, clamp(s, x, largest))
  return { re: part(re), im: part(im) }
}
