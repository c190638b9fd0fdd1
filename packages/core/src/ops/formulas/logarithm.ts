import type { Pair } from '../../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'
import { scaleFor } from './root.ts'
import { or } from './selection.ts'

/** Where |w|² − 1 is known better than from w itself, `excess` holds it. */
interface NearOne {
  readonly isNear: Scalar
  readonly excess: Scalar
}

/** log|w| = ½ log1p(|w|² − 1) near |w| = 1, ½ log(|w|²) elsewhere, scaled so that the squares stay in range. */
export function logModulus(s: ScalarProgram, { re, im }: Pair, known?: NearOne): Scalar {
  const [absRe, absIm] = [s.call('abs', re), s.call('abs', im)]
  const [m, n] = [s.call2('max', absRe, absIm), s.call2('min', absRe, absIm)]
  const excess = s.add(s.mul(s.sub(m, s.one), s.add(m, s.one)), s.mul(n, n))
  const isNear = s.less(s.call('abs', excess), s.constant(0.5))
  const { k, log } = scaleFor(s, m)
  const [a, b] = [s.mul(k, m), s.mul(k, n)]
  const half = s.constant(0.5)
  const far = s.sub(s.mul(half, s.call('log', s.add(s.mul(a, a), s.mul(b, b)))), log)
  if (known === undefined) return s.select(isNear, s.mul(half, s.call('log1p', excess)), far)
  const best = s.select(known.isNear, known.excess, excess)
  return s.select(or(s, known.isNear, isNear), s.mul(half, s.call('log1p', best)), far)
}

/** log z = log|z| + i arg z, the principal one; on the cut the sign of the zero imaginary part says which side is meant. */
export const logPair = (s: ScalarProgram, z: Pair): Pair => ({
  re: logModulus(s, z),
  im: s.call2('atan2', z.im, z.re),
})

/** log(1 + z), where |1 + z|² − 1 = x (2 + x) + y² near 0. */
export function log1pPair(s: ScalarProgram, { re: x, im: y }: Pair): Pair {
  const w = { re: s.add(s.one, x), im: y }
  const isNear = s.less(s.call2('max', s.call('abs', x), s.call('abs', y)), s.constant(0.5))
  const excess = s.add(s.mul(x, s.add(s.constant(2), x)), s.mul(y, y))
  return { re: logModulus(s, w, { isNear, excess }), im: s.call2('atan2', y, w.re) }
}
