import type { Pair } from '../../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'
import { turn, turnBack } from './exponential.ts'
import { logModulus } from './logarithm.ts'
import { upperRoot } from './root.ts'
import { withSignOf } from './selection.ts'

/**
 * Inverse trigonometric and hyperbolic functions after Kahan (1987), Branch cuts for complex elementary functions. All is
 * computed from |Im z|, and the side of a cut then taken from the sign of Im z, so that a zero needs to carry it in one place only.
 */
interface Roots {
  /** √(1 − x + i|y|) = p + iq, so √(1 − z) = p ∓ iq */
  readonly p: Scalar
  readonly q: Scalar
  /** √(1 + x + i|y|) = r + it, so √(1 + z) = r ± it */
  readonly r: Scalar
  readonly t: Scalar
}

function roots(s: ScalarProgram, { re, im }: Pair): Roots {
  const absIm = s.call('abs', im)
  const { re: p, im: q } = upperRoot(s, s.sub(s.one, re), absIm)
  const { re: r, im: t } = upperRoot(s, s.add(s.one, re), absIm)
  return { p, q, r, t }
}

/** Beyond 2²⁸ asin z = atan2(x, |y|) + i log 2|z| up to 1/|z|², which is less than rounding. */
const isFar = (s: ScalarProgram, { re, im }: Pair): Scalar =>
  s.less(s.constant(2 ** 28), s.call2('max', s.call('abs', re), s.call('abs', im)))

/** |Im asin z| = |Im acos z| = Re acosh z = asinh(pt + qr) */
function height(s: ScalarProgram, z: Pair, { p, q, r, t }: Roots, far: Scalar): Scalar {
  const near = s.call('asinh', s.add(s.mul(p, t), s.mul(q, r)))
  return s.select(far, s.add(logModulus(s, z), s.constant(Math.LN2)), near)
}

export function asinPair(s: ScalarProgram, z: Pair): Pair {
  const parts = roots(s, z)
  const { p, q, r, t } = parts
  const far = isFar(s, z)
  const adjacent = s.select(far, s.call('abs', z.im), s.add(s.mul(p, r), s.mul(q, t)))
  return { re: s.call2('atan2', z.re, adjacent), im: withSignOf(s, z.im, height(s, z, parts, far)) }
}

/** Re acos z ∈ [0, π] and |Im acos z| */
function acosParts(s: ScalarProgram, z: Pair): Pair {
  const parts = roots(s, z)
  const far = isFar(s, z)
  const angle = s.mul(s.constant(2), s.call2('atan2', parts.p, parts.r))
  return {
    re: s.select(far, s.call2('atan2', s.call('abs', z.im), z.re), angle),
    im: height(s, z, parts, far),
  }
}

export function acosPair(s: ScalarProgram, z: Pair): Pair {
  const { re, im } = acosParts(s, z)
  return { re, im: s.neg(withSignOf(s, z.im, im)) }
}

/** acosh z = ± i acos z, with Re ≥ 0 and the imaginary part on the side of Im z. */
export function acoshPair(s: ScalarProgram, z: Pair): Pair {
  const { re, im } = acosParts(s, z)
  return { re: im, im: withSignOf(s, z.im, re) }
}

/** asinh z = −i asin(iz) */
export const asinhPair = (s: ScalarProgram, z: Pair): Pair => turnBack(s, asinPair(s, turn(s, z)))

/**
 * Re atanh z = ¼ log1p(4|x|/d²), d = |1 − |x| + iy|, and ½ log(2/d) next to a pole; Im atanh z = ½ atan2(2y, 1 − x² − y²).
 */
export function atanhPair(s: ScalarProgram, { re, im }: Pair): Pair {
  const x = s.call('abs', re)
  const left = s.sub(s.one, x)
  const d = s.call2('hypot', left, im)
  const usual = s.mul(s.constant(0.25), s.call('log1p', s.mul(s.div(x, d), s.div(s.constant(4), d))))
  const atPole = s.mul(s.constant(0.5), s.sub(s.constant(Math.LN2), s.call('log', d)))
  const finite = s.select(s.less(d, s.constant(2 ** -300)), atPole, usual)
  const real = s.select(s.equal(d, s.constant(Infinity)), s.zero, finite)
  const remainder = s.sub(s.mul(left, s.add(s.one, x)), s.mul(im, im))
  const angle = s.mul(s.constant(0.5), s.call2('atan2', s.add(im, im), remainder))
  const farAngle = withSignOf(s, im, s.constant(Math.PI / 2)) // up to 1/|z|
  const isFar = s.less(s.constant(2 ** 60), s.call2('max', x, s.call('abs', im)))
  return { re: withSignOf(s, re, real), im: s.select(isFar, farAngle, angle) }
}

/** atan z = −i atanh(iz) */
export const atanPair = (s: ScalarProgram, z: Pair): Pair => turnBack(s, atanhPair(s, turn(s, z)))

/** √(1 − z²) = √(1 − z) √(1 + z) = cos asin z, on the sheet of asin and acos. */
export function cosOfAsinPair(s: ScalarProgram, z: Pair): Pair {
  const { p, q, r, t } = roots(s, z)
  const im = s.sub(s.mul(p, t), s.mul(q, r))
  return { re: s.add(s.mul(p, r), s.mul(q, t)), im: withSignOf(s, z.im, im) }
}

/** √(1 + z²) = cosh asinh z */
export const coshOfAsinhPair = (s: ScalarProgram, z: Pair): Pair => cosOfAsinPair(s, turn(s, z))

/** √(z − 1) √(z + 1) = sinh acosh z, where √(z − 1) = q ± ip. */
export function sinhOfAcoshPair(s: ScalarProgram, z: Pair): Pair {
  const { p, q, r, t } = roots(s, z)
  return {
    re: s.sub(s.mul(q, r), s.mul(p, t)),
    im: withSignOf(s, z.im, s.add(s.mul(q, t), s.mul(p, r))),
  }
}
