import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { byOverflow, unboundedAtPoles } from '../finiteness.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { add, reciprocal } from './arithmetic.ts'
import { expm1Pair } from './formulas/exponential.ts'
import { log1pPair } from './formulas/logarithm.ts'
import { exp, realPart } from './holomorphic.ts'
import { joined } from './types.ts'

const expm1P = definePrimitive('expm1', {
  type: joined('expm1'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('expm1', z.re)) : expm1Pair(s, z)),
  partials: ([z]) => ({ dz: exp(z) }),
  finiteness: byOverflow,
})

/** eᶻ − 1 without cancellation near 0. */
export const expm1 = (z: TensorLike): Tensor => bind(expm1P, [z], undefined)

const log1pP = definePrimitive('log1p', {
  type: joined('log1p'),
  formula: (s, [z], real) => (real ? realPart(s, s.call('log1p', z.re)) : log1pPair(s, z)),
  partials: ([z]) => ({ dz: reciprocal(add(1, z)) }),
  finiteness: unboundedAtPoles,
})

/**
 * log(1 + z) without cancellation near 0; the principal logarithm, cut along the real axis below −1, where the sign of the zero
 * imaginary part chooses the side. A real tensor gives a real one, NaN below −1. At −1 it is −Infinity, its derivative Infinity.
 */
export const log1p = (z: TensorLike): Tensor => bind(log1pP, [z], undefined)
