import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { ofComplex, outsideRealDomain, unboundedAtPoles } from '../finiteness.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { div, mul, neg, reciprocal } from './arithmetic.ts'
import { onePlusSquarePair } from './formulas/exponential.ts'
import {
  acoshPair,
  acosPair,
  asinhPair,
  asinPair,
  atanhPair,
  atanPair,
  coshOfAsinhPair,
  cosOfAsinPair,
  sinhOfAcoshPair,
} from './formulas/inverse.ts'
import { realPart } from './holomorphic.ts'
import { joined } from './types.ts'

// The derivatives of the inverse functions have primitives of their own: they are accurate next to the branch points, and take the
// side of a cut from the sign of the zero that the function itself saw, which a composition of √ and ± would lose.

const cosOfAsinP = definePrimitive('cosOfAsin', {
  type: joined('asin'),
  formula: (s, [z], real) =>
    real
      ? realPart(s, s.mul(s.call('sqrt', s.sub(s.one, z.re)), s.call('sqrt', s.add(s.one, z.re))))
      : cosOfAsinPair(s, z),
  partials: ([z], w) => ({ dz: neg(div(z, w)) }),
  finiteness: outsideRealDomain,
})

/** √(1 − z²), the derivative of sin at asin z. */
const cosOfAsin = (z: Tensor): Tensor => bind(cosOfAsinP, [z], undefined)

const coshOfAsinhP = definePrimitive('coshOfAsinh', {
  type: joined('asinh'),
  formula: (s, [z], real) => (real ? realPart(s, s.call2('hypot', s.one, z.re)) : coshOfAsinhPair(s, z)),
  partials: ([z], w) => ({ dz: div(z, w) }),
})

/** √(1 + z²), the derivative of sinh at asinh z. */
const coshOfAsinh = (z: Tensor): Tensor => bind(coshOfAsinhP, [z], undefined)

const sinhOfAcoshP = definePrimitive('sinhOfAcosh', {
  type: joined('acosh'),
  formula: (s, [z], real) =>
    real
      ? realPart(s, s.mul(s.call('sqrt', s.sub(z.re, s.one)), s.call('sqrt', s.add(z.re, s.one))))
      : sinhOfAcoshPair(s, z),
  partials: ([z], w) => ({ dz: div(z, w) }),
  finiteness: outsideRealDomain,
})

/** √(z − 1) √(z + 1), the derivative of cosh at acosh z. */
const sinhOfAcosh = (z: Tensor): Tensor => bind(sinhOfAcoshP, [z], undefined)

const onePlusSquareP = definePrimitive<1 | -1>('onePlusSquare', {
  type: joined('atan'),
  formula: (s, [z], _, sign) => onePlusSquarePair(s, z, sign as 1 | -1),
  partials: ([z], _, sign) => ({ dz: mul(2 * sign, z) }),
})

/** 1 + z² or 1 − z². */
const onePlusSquare = (z: Tensor, sign: 1 | -1): Tensor => bind(onePlusSquareP, [z], sign)

const asinP = definePrimitive('asin', {
  type: joined('asin'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('asin', z.re)) : asinPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(cosOfAsin(z)) }),
  finiteness: outsideRealDomain,
})

/**
 * The inverse of sin with Re in [−π/2, π/2]; cut along the real axis beyond ±1, where the sign of the zero imaginary part chooses
 * the side: asin(2 ± 0i) = π/2 ± 1.317i. A real tensor gives a real one, NaN outside [−1, 1]. Its derivative 1/√(1 − z²) is
 * Infinity at ±1.
 */
export const asin = (z: TensorLike): Tensor => bind(asinP, [z], undefined)

const acosP = definePrimitive('acos', {
  type: joined('acos'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('acos', z.re)) : acosPair(s, z)),
  partials: ([z]) => ({ dz: neg(reciprocal(cosOfAsin(z))) }),
  finiteness: outsideRealDomain,
})

/**
 * The inverse of cos with Re in [0, π]; cut along the real axis beyond ±1, where the sign of the zero imaginary part chooses the
 * side: acos(2 ± 0i) = ∓1.317i. A real tensor gives a real one, NaN outside [−1, 1]. Its derivative −1/√(1 − z²) is infinite at ±1.
 */
export const acos = (z: TensorLike): Tensor => bind(acosP, [z], undefined)

const atanP = definePrimitive('atan', {
  type: joined('atan'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('atan', z.re)) : atanPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(onePlusSquare(z, 1)) }),
  finiteness: ofComplex(unboundedAtPoles),
})

/**
 * The inverse of tan with Re in [−π/2, π/2]; cut along the imaginary axis beyond ±i, where the sign of the zero real part chooses
 * the side: atan(±0 + 2i) = ±π/2 + 0.549i. At ±i the value is ±Infinity i and the derivative 1/(1 + z²) Infinity.
 */
export const atan = (z: TensorLike): Tensor => bind(atanP, [z], undefined)

const asinhP = definePrimitive('asinh', {
  type: joined('asinh'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('asinh', z.re)) : asinhPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(coshOfAsinh(z)) }),
})

/**
 * The inverse of sinh with Im in [−π/2, π/2]; cut along the imaginary axis beyond ±i, where the sign of the zero real part chooses
 * the side: asinh(±0 + 2i) = ±1.317 + π/2 i. Its derivative 1/√(1 + z²) is Infinity at ±i.
 */
export const asinh = (z: TensorLike): Tensor => bind(asinhP, [z], undefined)

const acoshP = definePrimitive('acosh', {
  type: joined('acosh'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('acosh', z.re)) : acoshPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(sinhOfAcosh(z)) }),
  finiteness: outsideRealDomain,
})

/**
 * The inverse of cosh with Re ≥ 0 and Im in [−π, π]; cut along the real axis below 1, where the sign of the zero imaginary part
 * chooses the side: acosh(−2 ± 0i) = 1.317 ± πi. A real tensor gives a real one, NaN below 1. Its derivative
 * 1/(√(z − 1)√(z + 1)) is Infinity at ±1.
 */
export const acosh = (z: TensorLike): Tensor => bind(acoshP, [z], undefined)

const atanhP = definePrimitive('atanh', {
  type: joined('atanh'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('atanh', z.re)) : atanhPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(onePlusSquare(z, -1)) }),
  finiteness: unboundedAtPoles,
})

/**
 * The inverse of tanh with Im in [−π/2, π/2]; cut along the real axis beyond ±1, where the sign of the zero imaginary part chooses
 * the side: atanh(2 ± 0i) = 0.549 ± π/2 i. A real tensor gives a real one, NaN outside [−1, 1]. At ±1 the value is ±Infinity and
 * the derivative 1/(1 − z²) Infinity.
 */
export const atanh = (z: TensorLike): Tensor => bind(atanhP, [z], undefined)
