import { scalePair, type Pair } from '../../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'
import { boundlessSquare } from './quotient.ts'
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
  if (s.isZero(im)) return { re: s.call('exp', re), im }
  if (!s.isCareful) return quickExp(s, re, { re: s.call('cos', im), im: s.call('sin', im) })
  const radius = s.call('exp', s.call2('min', s.constant(bound), re))
  const factor = overflowFactor(s, re)
  const part = (x: Scalar): Scalar => s.mul(s.mul(radius, x), factor)
  return { re: part(s.call('cos', im)), im: part(s.call('sin', im)) }
}

/** eˣ z as e^(x/2) (e^(x/2) z): one exponential, no more overflow than the result has, and no 0 · ∞. */
function quickExp(s: ScalarProgram, x: Scalar, { re, im }: Pair): Pair {
  const root = s.call('exp', s.call2('min', s.constant(bound), s.mul(s.constant(0.5), x)))
  return { re: s.mul(s.mul(root, re), root), im: s.mul(s.mul(root, im), root) }
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

interface Hyperbolic {
  readonly sinh: Scalar
  readonly cosh: Scalar
}

const hyperbolic = (s: ScalarProgram, y: Scalar): Hyperbolic => ({ sinh: s.call('sinh', y), cosh: s.call('cosh', y) })

/** Both from one exponential, which WebAssembly calls without detours; sinh y by its series to y¹⁷ where |y| < 1, to rounding. */
function quickHyperbolic(s: ScalarProgram, y: Scalar): Hyperbolic {
  const [up, square] = [s.call('exp', y), s.mul(y, y)]
  const down = s.div(s.one, up)
  let series = s.one
  for (let k = 8; k >= 1; k--)
    series = s.add(s.one, s.mul(s.mul(s.constant(1 / (2 * k * (2 * k + 1))), square), series))
  const isSmall = s.less(square, s.one)
  const half = s.constant(0.5)
  return { sinh: s.select(isSmall, s.mul(y, series), s.mul(half, s.sub(up, down))), cosh: s.mul(half, s.add(up, down)) }
}

/** sinh y and cosh y up to a common factor that is not 1 only where |y| > 709. */
interface ScaledHyperbolic extends Hyperbolic {
  readonly factor: Scalar
}

function scaledHyperbolic(s: ScalarProgram, y: Scalar): ScaledHyperbolic {
  if (s.isZero(y)) return { sinh: y, cosh: s.one, factor: s.one }
  const size = s.call('abs', y)
  if (s.isCareful) return { ...hyperbolic(s, clamp(s, y, bound)), factor: overflowFactor(s, size) }
  // sinh y = 2 sinh(y/2) cosh(y/2), and far out cosh y = 2 cosh²(y/2): no second exponential
  const isFar = s.less(s.constant(bound), size)
  const halved = clamp(s, s.mul(s.constant(0.5), y), bound)
  const own = quickHyperbolic(s, s.select(isFar, halved, y))
  return { ...own, factor: s.select(isFar, s.mul(s.constant(2), own.cosh), s.one) }
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
  const { sinh, cosh, factor } = scaledHyperbolic(s, im)
  return {
    sin: { re: s.mul(sin, cosh), im: s.mul(cos, sinh) },
    cos: { re: s.mul(cos, cosh), im: s.neg(s.mul(sin, sinh)) },
    factor,
  }
}

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
  if (s.isZero(im)) return { re: s.call('tanh', re), im }
  const [sinY, cosY] = [s.call('sin', im), s.call('cos', im)]
  // With |x| ≤ 354 sinh² stays finite, and beyond it the imaginary part is below 10⁻³⁰⁷.
  const { sinh: sinhX, cosh: coshX } = s.isCareful
    ? hyperbolic(s, clamp(s, re, 354))
    : quickHyperbolic(s, clamp(s, re, 354))
  const denominator = s.add(s.mul(sinhX, sinhX), s.mul(cosY, cosY))
  return { re: s.div(s.mul(sinhX, coshX), denominator), im: s.div(s.mul(sinY, cosY), denominator) }
}

/** 1 − z² (sign −1) or 1 + z² (sign 1), accurate next to its zeros and without ∞ − ∞ far out. */
export function onePlusSquarePair(s: ScalarProgram, z: Pair, sign: 1 | -1): Pair {
  const square = boundlessSquare(s, z)
  const [small, other] = sign === -1 ? [z.re, z.im] : [z.im, z.re]
  // 1 − x² + y² and 1 + x² − y²: (1 − x)(1 + x) keeps what is left of 1 − x² near x = 1
  const near = s.add(s.mul(s.sub(s.one, small), s.add(s.one, small)), s.mul(other, other))
  const far = sign === -1 ? s.sub(s.one, square.re) : s.add(s.one, square.re)
  return {
    re: s.select(s.less(s.call2('max', s.call('abs', small), s.call('abs', other)), s.constant(2)), near, far),
    im: sign === -1 ? s.neg(square.im) : square.im,
  }
}
