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

export const scalePair = (s: ScalarProgram, factor: Scalar, { re, im }: Pair): Pair => ({
  re: s.mul(factor, re),
  im: s.mul(factor, im),
})

/** |z| without overflow or underflow of the squares. */
export function absPair(s: ScalarProgram, a: Pair): Scalar {
  if (s.isCareful || s.isZero(a.re) || s.isZero(a.im)) return s.call2('hypot', a.re, a.im)
  const [re, im] = [s.call('abs', a.re), s.call('abs', a.im)]
  const [large, small] = [s.call2('max', re, im), s.call2('min', re, im)]
  // 0 or ∞, the numbers that are their own double: |z| is that
  const ratio = s.select(s.equal(large, s.add(large, large)), s.zero, s.div(small, large))
  return s.mul(large, s.call('sqrt', s.add(s.one, s.mul(ratio, ratio))))
}
