import { mulPairs, scalePair, type Pair } from '../scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from '../scalar/scalar-program.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { unboundedAtPoles } from '../finiteness.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { mul, seeded, sub } from './arithmetic.ts'
import { project } from './conjugation.ts'
import { expPair } from './formulas/exponential.ts'
import { logPair } from './formulas/logarithm.ts'
import { boundlessProduct, boundlessSquare, divPairs, squarePair } from './formulas/quotient.ts'
import { and, clamp, largest } from './formulas/selection.ts'
import { log } from './holomorphic.ts'
import { joined } from './types.ts'

const integerPowerP = definePrimitive<number>('integerPower', {
  type: (args) => joined('pow')(args),
  formula: (s, [z], _, n) => integerPower(s, z, n as number),
  partials: ([z], _, n) => (n === 0 ? {} : { dz: mul(n, pow(z, n - 1)) }),
  finiteness: (joined, _, n) => (n < 0 ? unboundedAtPoles(joined) : joined),
})

/** zⁿ by repeated squaring; where it overflows its parts are infinite or 0, by the direction of zⁿ. */
function integerPower(s: ScalarProgram, z: Pair, n: number, square = squarePair): Pair {
  if (n < 0) return divPairs(s, { re: s.one, im: s.zero }, integerPower(s, z, -n, boundlessSquare))
  let result: Pair | undefined
  let factor = z
  for (let power = 1; power <= n; power *= 2) {
    if (power > 1) factor = power === 2 ? square(s, z) : boundlessProduct(s, factor, factor)
    if (Math.floor(n / power) % 2 === 1) result = result ? boundlessProduct(s, result, factor) : factor
  }
  return result ?? { re: s.one, im: s.zero }
}

const powerP = definePrimitive('power', {
  type: joined('pow'),
  formula: (s, [z, p], isReal) => (isReal ? { re: s.call2('pow', z.re, p.re), im: s.zero } : powerPair(s, z, p)),
  // ∂/∂z zᵖ = p zᵖ⁻¹, ∂/∂p zᵖ = zᵖ log z, the logarithm that is meant by w; `seeded` gives 0 at z = 0 where a factor vanishes
  partials: ([z, p], w) => [{ dz: seeded(p, pow(z, sub(p, 1))) }, { dz: seeded(w, log(project(z, w.dtype))) }],
  finiteness: unboundedAtPoles,
})

/** exp(p log z) with the principal logarithm; 0ᵖ is 0, 1 or Infinity for Re p > 0, p = 0 and any other p. */
function powerPair(s: ScalarProgram, z: Pair, p: Pair): Pair {
  // |log z| < 2¹⁰: what overflows is multiplied last, and a phase that has overflown is some phase.
  const [down, up] = [s.constant(2 ** -11), s.constant(2 ** 11)]
  const exponent = scalePair(s, up, mulPairs(s, scalePair(s, down, p), logPair(s, z)))
  const { re, im } = expPair(s, { re: exponent.re, im: clamp(s, exponent.im, largest) })
  const isNought = ({ re: x, im: y }: Pair): Scalar => and(s, s.equal(x, s.zero), s.equal(y, s.zero))
  const isZero = isNought(z)
  const powerOfZero = s.select(s.less(s.zero, p.re), s.zero, s.select(isNought(p), s.one, s.constant(Infinity)))
  return { re: s.select(isZero, powerOfZero, re), im: s.select(isZero, s.zero, im) }
}

const largestUnrolledPower = 64

/**
 * zᵖ; a small integer p by repeated squaring, any other as exp(p log z) with the principal logarithm. Real z and p give a
 * real power, NaN for z below 0 unless p is an integer. Its derivative at 0 is that of the power: 0 for Re p > 1.
 */
export function pow(z: TensorLike, p: TensorLike): Tensor {
  if (typeof p === 'number' && Number.isInteger(p) && Math.abs(p) <= largestUnrolledPower)
    return bind(integerPowerP, [z], p)
  return bind(powerP, [z, p], undefined)
}
