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
export const absPair = (s: ScalarProgram, a: Pair): Scalar => s.call2('hypot', a.re, a.im)
