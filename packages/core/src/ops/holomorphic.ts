import type { Scalar, ScalarProgram } from '../scalar/scalar-program.ts'
import type { Pair } from '../scalar/complex-scalar.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { byOverflow, ofComplex, outsideRealDomain, unboundedAtPoles } from '../finiteness.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { mul, neg, reciprocal } from './arithmetic.ts'
import { cosPair, expPair, sinPair, tanhPair, turn, turnBack } from './formulas/exponential.ts'
import { logPair } from './formulas/logarithm.ts'
import { divPairs, squarePair } from './formulas/quotient.ts'
import { sqrtPair } from './formulas/root.ts'
import { joined } from './types.ts'

/** A real function of a real argument, as the formula of one element. */
export const realPart = (s: ScalarProgram, re: Scalar): Pair => ({ re, im: s.zero })

const expP = definePrimitive('exp', {
  type: joined('exp'),
  formula: (s, [z]) => expPair(s, z),
  partials: (_, w) => ({ dz: w }),
  finiteness: byOverflow,
})

/** eᶻ. Where it overflows its parts are infinite, or 0 where sin or cos is; exp(1000 + 0i) is Infinity + 0i. */
export const exp = (z: TensorLike): Tensor => bind(expP, [z], undefined)

const logP = definePrimitive('log', {
  type: joined('log'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('log', z.re)) : logPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(z) }),
  finiteness: unboundedAtPoles,
})

/**
 * Principal logarithm, Im in [−π, π], cut along the negative real axis, where the sign of the zero imaginary part chooses the side:
 * log(−1 ± 0i) = ±πi. A real tensor gives a real one, NaN below 0. log 0 is −Infinity, its derivative Infinity.
 */
export const log = (z: TensorLike): Tensor => bind(logP, [z], undefined)

const sqrtP = definePrimitive('sqrt', {
  type: joined('sqrt'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('sqrt', z.re)) : sqrtPair(s, z)),
  partials: (_, w) => ({ dz: mul(0.5, reciprocal(w)) }),
  finiteness: outsideRealDomain,
})

/**
 * Principal square root, Re ≥ 0, cut along the negative real axis, where the sign of the zero imaginary part chooses the side:
 * √(−4 ± 0i) = ±2i. A real tensor gives a real one, NaN below 0. Its derivative at 0 is Infinity.
 */
export const sqrt = (z: TensorLike): Tensor => bind(sqrtP, [z], undefined)

const sinP = definePrimitive('sin', {
  type: joined('sin'),
  formula: (s, [z]) => sinPair(s, z),
  partials: ([z]) => ({ dz: cos(z) }),
  finiteness: ofComplex(byOverflow),
})

/** sin z. */
export const sin = (z: TensorLike): Tensor => bind(sinP, [z], undefined)

const cosP = definePrimitive('cos', {
  type: joined('cos'),
  formula: (s, [z]) => cosPair(s, z),
  partials: ([z]) => ({ dz: neg(sin(z)) }),
  finiteness: ofComplex(byOverflow),
})

/** cos z. */
export const cos = (z: TensorLike): Tensor => bind(cosP, [z], undefined)

const sinhP = definePrimitive('sinh', {
  type: joined('sinh'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('sinh', z.re)) : turnBack(s, sinPair(s, turn(s, z)))),
  partials: ([z]) => ({ dz: cosh(z) }),
  finiteness: byOverflow,
})

/** sinh z = −i sin(iz). */
export const sinh = (z: TensorLike): Tensor => bind(sinhP, [z], undefined)

const coshP = definePrimitive('cosh', {
  type: joined('cosh'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('cosh', z.re)) : cosPair(s, turn(s, z))),
  partials: ([z]) => ({ dz: sinh(z) }),
  finiteness: byOverflow,
})

/** cosh z = cos(iz). */
export const cosh = (z: TensorLike): Tensor => bind(coshP, [z], undefined)

const tanhP = definePrimitive('tanh', {
  type: joined('tanh'),
  formula: (s, [z]) => tanhPair(s, z),
  partials: ([z]) => ({ dz: tanhSlope(z) }),
})

const tanhSlopeP = definePrimitive('tanhSlope', {
  type: joined('tanh'),
  // 1/cosh², not 1 − tanh²: that cancels where tanh is close to ±1
  formula: (s, [z], real) => {
    const cosh = real ? realPart(s, s.call('cosh', z.re)) : cosPair(s, turn(s, z))
    return squarePair(s, divPairs(s, realPart(s, s.one), cosh))
  },
  partials: ([z], w) => ({ dz: mul(-2, mul(tanh(z), w)) }),
})

/** 1/cosh² z, the derivative of tanh. */
const tanhSlope = (z: Tensor): Tensor => bind(tanhSlopeP, [z], undefined)

/** tanh z; ±1 far out. */
export const tanh = (z: TensorLike): Tensor => bind(tanhP, [z], undefined)

const tanP = definePrimitive('tan', {
  type: joined('tan'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('tan', z.re)) : turnBack(s, tanhPair(s, turn(s, z)))),
  partials: ([z]) => ({ dz: tanSlope(z) }),
})

const tanSlopeP = definePrimitive('tanSlope', {
  type: joined('tan'),
  // 1/cos²; no number is so close to a pole that it overflows
  formula: (s, [z]) => squarePair(s, divPairs(s, realPart(s, s.one), cosPair(s, z))),
  partials: ([z], w) => ({ dz: mul(2, mul(tan(z), w)) }),
})

/** 1/cos² z, the derivative of tan. */
const tanSlope = (z: Tensor): Tensor => bind(tanSlopeP, [z], undefined)

/** tan z = −i tanh(iz); ±i far above and below the real axis. */
export const tan = (z: TensorLike): Tensor => bind(tanP, [z], undefined)
