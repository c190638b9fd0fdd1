import { mulPairs, scalePair, type Pair } from '../../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'
import { and, clamp, isNumber, largest, or } from './selection.ts'

/** z² as (x − y)(x + y) + 2ixy: no cancellation, and no ∞ − ∞ where the squares overflow. */
export function squarePair(s: ScalarProgram, z: Pair): Pair {
  if (s.isCareful) return boundlessSquare(s, z)
  return { re: s.mul(s.sub(z.re, z.im), s.add(z.re, z.im)), im: doubledProduct(s, z) }
}

/** The same where x + y overflows and x − y is 0, for what becomes finite again. */
export function boundlessSquare(s: ScalarProgram, { re, im }: Pair): Pair {
  const half = (x: Scalar): Scalar => s.mul(s.constant(0.5), x)
  const product = s.mul(s.sub(half(re), half(im)), s.add(half(re), half(im)))
  return { re: s.mul(s.constant(4), product), im: doubledProduct(s, { re, im }) }
}

const doubledProduct = (s: ScalarProgram, { re, im }: Pair): Scalar => s.mul(s.constant(2), s.mul(re, im))

/**
 * a / b after Smith, with the larger part of b taken out first: for |re b| ≥ |im b| and r = im b/re b it is
 * (a/re b)(1 − ir)/(1 + r²), where r ≤ 1: quotients of the smallest and of the largest numbers are what they are.
 * Finite over infinite is 0. Over 0 each part that is not 0 is infinite with the sign of that part and of Re b; 0/0 is NaN.
 *
 * @see Smith (1962), Comm. ACM 5, 435; Baudin and Smith (2012), A robust complex division in Scilab.
 */
export function divPairs(s: ScalarProgram, a: Pair, b: Pair): Pair {
  if (s.isZero(b.im)) return a.im === s.zero ? { re: s.div(a.re, b.re), im: s.zero } : partsOver(s, a, b.re)
  const imLarger = imaginaryIsLarger(s, b)
  const [large, small] = [s.select(imLarger, b.im, b.re), s.select(imLarger, b.re, b.im)]
  const own = { re: s.select(imLarger, a.im, a.re), im: s.select(imLarger, a.re, a.im) }
  const { re, im } = quotientOf(s, own, large, small)
  return { re, im: s.select(imLarger, s.neg(im), im) }
}

/** a / (large + i small) */
function quotientOf(s: ScalarProgram, a: Pair, large: Scalar, small: Scalar): Pair {
  const size = s.call('abs', large)
  // a/(16 large) cannot overflow before the result does, and 16 large is exact where it is used.
  const up = s.select(s.less(size, s.constant(4)), s.constant(16), s.one)
  const first = partsOver(s, a, s.mul(up, large))
  // 0 or ∞, the numbers that are their own double: then the other part of b does not count
  const ratio = s.select(s.equal(size, s.add(size, size)), s.zero, s.div(small, large))
  const isZero = s.equal(ratio, s.zero)
  const turned = ({ re, im }: Pair): Pair => {
    const timesRatio = (x: Scalar): Scalar => s.select(isZero, s.zero, s.mul(x, ratio)) // ∞ · 0 is 0 here
    return { re: s.add(re, timesRatio(im)), im: s.sub(im, timesRatio(re)) }
  }
  const value = scalePair(s, s.div(up, s.add(s.one, s.mul(ratio, ratio))), turned(first))
  if (!s.isCareful) return value
  // Where both parts of `first` have overflown: the direction alone.
  const direction = turned(scalePair(s, s.constant(0.5), a))
  const part = (x: Scalar, along: Scalar): Scalar => s.select(isNumber(s, x), x, s.div(along, large))
  return { re: part(value.re, direction.re), im: part(value.im, direction.im) }
}

/** a / x for real x; over 0 a part that is 0 stays 0 next to one that is not. */
function partsOver(s: ScalarProgram, a: Pair, x: Scalar): Pair {
  const byZero = s.equal(x, s.zero)
  const [noRe, noIm] = [and(s, byZero, s.equal(a.re, s.zero)), and(s, byZero, s.equal(a.im, s.zero))]
  return {
    re: s.select(s.less(noIm, noRe), s.zero, s.div(a.re, x)),
    im: s.select(s.less(noRe, noIm), s.zero, s.div(a.im, x)),
  }
}

function imaginaryIsLarger(s: ScalarProgram, { re, im }: Pair): Scalar {
  if (s.isZero(im)) return s.zero
  return s.isZero(re) ? s.one : s.less(s.call('abs', re), s.call('abs', im))
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
