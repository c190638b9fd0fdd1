import type { Scalar, ScalarProgram } from './scalar-program.ts'

/** A complex number in a scalar program. A real one has `im === program.zero`, and everything then simplifies by itself. */
export interface Pair {
  readonly re: Scalar
  readonly im: Scalar
}

export const addPairs = (s: ScalarProgram, a: Pair, b: Pair): Pair => ({ re: s.add(a.re, b.re), im: s.add(a.im, b.im) })

export const subPairs = (s: ScalarProgram, a: Pair, b: Pair): Pair => ({ re: s.sub(a.re, b.re), im: s.sub(a.im, b.im) })

export const negPair = (s: ScalarProgram, a: Pair): Pair => ({ re: s.neg(a.re), im: s.neg(a.im) })

export const conjPair = (s: ScalarProgram, a: Pair): Pair => ({ re: a.re, im: s.neg(a.im) })

export const mulPairs = (s: ScalarProgram, a: Pair, b: Pair): Pair => ({
  re: s.sub(s.mul(a.re, b.re), s.mul(a.im, b.im)),
  im: s.add(s.mul(a.re, b.im), s.mul(a.im, b.re)),
})

/** a / b by Smith's method: no intermediate is larger than it must be. Smith (1962), Comm. ACM 5, 435. */
export function divPairs(s: ScalarProgram, a: Pair, b: Pair): Pair {
  if (b.im === s.zero) return { re: s.div(a.re, b.re), im: s.div(a.im, b.re) }
  if (b.re === s.zero) return { re: s.div(a.im, b.im), im: s.neg(s.div(a.re, b.im)) }
  const imLarger = s.less(s.call('abs', b.re), s.call('abs', b.im))
  const large = s.select(imLarger, b.im, b.re)
  const small = s.select(imLarger, b.re, b.im)
  const ratio = s.div(small, large)
  const denominator = s.add(large, s.mul(small, ratio))
  const first = s.select(imLarger, a.im, a.re)
  const second = s.select(imLarger, a.re, a.im)
  const im = s.sub(second, s.mul(first, ratio))
  return {
    re: s.div(s.add(first, s.mul(second, ratio)), denominator),
    im: s.div(s.select(imLarger, s.neg(im), im), denominator),
  }
}

/** |z| without overflow or underflow of the squares. */
export const absPair = (s: ScalarProgram, a: Pair): Scalar => s.call2('hypot', a.re, a.im)

export const expPair = (s: ScalarProgram, a: Pair): Pair => {
  const radius = s.call('exp', a.re)
  return { re: s.mul(radius, s.call('cos', a.im)), im: s.mul(radius, s.call('sin', a.im)) }
}

/** √z with Re ≥ 0: t = √((|re| + |z|)/2), the other part is im/(2t); no cancellation. */
export function sqrtPair(s: ScalarProgram, a: Pair): Pair {
  const half = s.constant(0.5)
  const t = s.call('sqrt', s.mul(half, s.add(s.call('abs', a.re), absPair(s, a))))
  const other = s.select(s.equal(t, s.zero), s.zero, s.div(s.mul(half, s.call('abs', a.im)), t))
  const left = s.less(a.re, s.zero)
  const im = s.select(left, t, other)
  return { re: s.select(left, other, t), im: s.select(s.less(a.im, s.zero), s.neg(im), im) }
}
