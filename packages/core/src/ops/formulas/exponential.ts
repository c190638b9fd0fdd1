import type { Pair } from '../../compile/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../compile/scalar-program.ts'
import { squarePair } from './quotient.ts'
import { clamp } from './selection.ts'

/** e⁷⁰⁹ is finite, and so is the product of two of them with a number below 10⁻³⁰⁸. */
const bound = 709

/** e^(x − 709) where x > 709, else 1: what is missing in e^min(x, 709). Two finite factors, so that 0 · ∞ cannot arise. */
function overflowFactor(s: ScalarProgram, x: Scalar): Scalar {
  const excess = s.call2('min', s.constant(bound), s.sub(x, s.constant(bound)))
  return s.select(s.less(s.constant(bound), x), s.call('exp', excess), s.one)
}

/** e^(x + iy) = eˣ (cos y + i sin y) */
export function expPair(s: ScalarProgram, { re, im }: Pair): Pair {
  if (im === s.zero) return { re: s.call('exp', re), im: s.zero }
  const radius = s.call('exp', s.call2('min', s.constant(bound), re))
  const factor = overflowFactor(s, re)
  const part = (x: Scalar): Scalar => s.mul(s.mul(radius, x), factor)
  return { re: part(s.call('cos', im)), im: part(s.call('sin', im)) }
}

/** e^(x + iy) − 1 = (eˣ − 1) cos y − 2 sin²(y/2) + i eˣ sin y */
export function expm1Pair(s: ScalarProgram, z: Pair): Pair {
  const [x, y] = [s.call2('min', s.constant(bound), z.re), z.im]
  const factor = overflowFactor(s, z.re)
  const half = s.call('sin', s.mul(s.constant(0.5), y))
  return {
    re: s.sub(s.mul(s.mul(s.call('expm1', x), s.call('cos', y)), factor), s.mul(s.constant(2), s.mul(half, half))),
    im: s.mul(s.mul(s.call('exp', x), s.call('sin', y)), factor),
  }
}

/** sin z and cos z up to a common factor ≥ 1, which is not 1 only where |Im z| > 709. */
export interface SineAndCosine {
  readonly sin: Pair
  readonly cos: Pair
  readonly factor: Scalar
}

/** sin(x + iy) = sin x cosh y + i cos x sinh y, cos(x + iy) = cos x cosh y − i sin x sinh y */
export function sineAndCosine(s: ScalarProgram, { re, im }: Pair): SineAndCosine {
  const [sin, cos] = [s.call('sin', re), s.call('cos', re)]
  const y = clamp(s, im, bound)
  const [sinh, cosh] = [s.call('sinh', y), s.call('cosh', y)]
  return {
    sin: { re: s.mul(sin, cosh), im: s.mul(cos, sinh) },
    cos: { re: s.mul(cos, cosh), im: s.neg(s.mul(sin, sinh)) },
    factor: overflowFactor(s, s.call('abs', im)),
  }
}

export const scalePair = (s: ScalarProgram, factor: Scalar, { re, im }: Pair): Pair => ({
  re: s.mul(factor, re),
  im: s.mul(factor, im),
})

export function sinPair(s: ScalarProgram, z: Pair): Pair {
  const { sin, factor } = sineAndCosine(s, z)
  return scalePair(s, factor, sin)
}

export function cosPair(s: ScalarProgram, z: Pair): Pair {
  const { cos, factor } = sineAndCosine(s, z)
  return scalePair(s, factor, cos)
}

/** i z and −i z: how a hyperbolic function is its trigonometric one turned by 90°. */
export const turn = (s: ScalarProgram, { re, im }: Pair): Pair => ({ re: s.neg(im), im: re })
export const turnBack = (s: ScalarProgram, { re, im }: Pair): Pair => ({ re: im, im: s.neg(re) })

/** tanh(x + iy) = (sinh x cosh x + i sin y cos y) / (sinh² x + cos² y): no cancellation, unlike (t + iu)/(1 + itu). */
export function tanhPair(s: ScalarProgram, { re, im }: Pair): Pair {
  if (im === s.zero) return { re: s.call('tanh', re), im: s.zero }
  const [sinY, cosY] = [s.call('sin', im), s.call('cos', im)]
  const x = clamp(s, re, 354) // sinh² stays finite, and beyond it the imaginary part is below 10⁻³⁰⁷
  const [sinhX, coshX] = [s.call('sinh', x), s.call('cosh', x)]
  const denominator = s.add(s.mul(sinhX, sinhX), s.mul(cosY, cosY))
  return { re: s.div(s.mul(sinhX, coshX), denominator), im: s.div(s.mul(sinY, cosY), denominator) }
}

/** 1 − z² (sign −1) or 1 + z² (sign 1), accurate next to its zeros and without ∞ − ∞ far out. */
export function onePlusSquarePair(s: ScalarProgram, z: Pair, sign: 1 | -1): Pair {
  const square = squarePair(s, z)
  const [small, other] = sign === -1 ? [z.re, z.im] : [z.im, z.re]
  // 1 − x² + y² and 1 + x² − y²: (1 − x)(1 + x) keeps what is left of 1 − x² near x = 1
  const near = s.add(s.mul(s.sub(s.one, small), s.add(s.one, small)), s.mul(other, other))
  const far = sign === -1 ? s.sub(s.one, square.re) : s.add(s.one, square.re)
  return {
    re: s.select(s.less(s.call2('max', s.call('abs', small), s.call('abs', other)), s.constant(2)), near, far),
    im: sign === -1 ? s.neg(square.im) : square.im,
  }
}
