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

/** |z| without overflow or underflow of the squares. */
export function absPair(s: ScalarProgram, a: Pair): Scalar {
  if (s.isCareful || a.re === s.zero || a.im === s.zero) return s.call2('hypot', a.re, a.im)
  const [re, im] = [s.call('abs', a.re), s.call('abs', a.im)]
  const [large, small] = [s.call2('max', re, im), s.call2('min', re, im)]
  const ratio = s.select(s.equal(large, s.zero), s.zero, s.div(small, large))
  return s.mul(large, s.call('sqrt', s.add(s.one, s.mul(ratio, ratio))))
}
