import type { Pair } from '../../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'
import { withSignOf } from './selection.ts'

/** A power of two k that brings numbers of size m to where squares neither overflow nor underflow, √k, and log k. */
export interface Scale {
  readonly k: Scalar
  readonly inverseRoot: Scalar
  readonly log: Scalar
}

/** 2⁶⁰⁰ below 2⁻⁴⁰⁰, 2⁻⁶⁰⁰ above 2⁴⁰⁰, else 1. */
export function scaleFor(s: ScalarProgram, m: Scalar): Scale {
  const [isTiny, isHuge] = [s.less(m, s.constant(2 ** -400)), s.less(s.constant(2 ** 400), m)]
  const choose = (tiny: number, huge: number, usual: number): Scalar =>
    s.select(isTiny, s.constant(tiny), s.select(isHuge, s.constant(huge), s.constant(usual)))
  return {
    k: choose(2 ** 600, 2 ** -600, 1),
    inverseRoot: choose(2 ** -300, 2 ** 300, 1),
    log: choose(600 * Math.LN2, -600 * Math.LN2, 0),
  }
}

/**
 * The root p + iq, p ≥ 0, q ≥ 0, of re + i absIm, absIm ≥ 0: t = √((|re| + |z|)/2) is one part, absIm/(2t) the other; no
 * cancellation, no overflow. An infinite imaginary part gives ∞ + i∞ as in C99.
 */
export function upperRoot(s: ScalarProgram, re: Scalar, absIm: Scalar): Pair {
  const absRe = s.call('abs', re)
  const { k, inverseRoot } = scaleFor(s, s.call2('max', absRe, absIm))
  const [a, b] = [s.mul(k, absRe), s.mul(k, absIm)]
  const modulus = s.call('sqrt', s.add(s.mul(a, a), s.mul(b, b)))
  const t = s.mul(inverseRoot, s.call('sqrt', s.mul(s.constant(0.5), s.add(a, modulus))))
  const quotient = s.select(s.equal(t, s.zero), s.zero, s.div(absIm, s.add(t, t)))
  const other = s.select(s.equal(absIm, s.constant(Infinity)), absIm, quotient)
  const left = s.less(re, s.zero)
  return { re: s.select(left, other, t), im: s.select(left, t, other) }
}

/** √z with Re ≥ 0; on the cut the sign of the zero imaginary part says which side is meant. */
export function sqrtPair(s: ScalarProgram, { re, im }: Pair): Pair {
  const root = upperRoot(s, re, s.call('abs', im))
  return { re: root.re, im: withSignOf(s, im, root.im) }
}
