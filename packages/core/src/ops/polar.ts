import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { mul } from './arithmetic.ts'
import { complex } from './conjugation.ts'
import { realOnly, toComplex } from './types.ts'

const polarP = definePrimitive('polar', {
  type: (args) => {
    realOnly('polar', 'Modulus and phase are real: for r e^{iθ} with complex θ use mul and exp.')(args)
    return toComplex('polar')(args)
  },
  formula: (s, [r, theta]) => ({
    re: s.mul(r.re, s.call('cos', theta.re)),
    im: s.mul(r.re, s.call('sin', theta.re)),
  }),
  // w = r e^{iθ}: ∂w/∂r = e^{iθ}, ∂w/∂θ = i w
  partials: ([, theta], w) => [{ dz: polar(1, theta) }, { dz: mul(complex(0, 1), w) }],
})

/**
 * r e^{iθ} = r cos θ + i r sin θ, elementwise, with broadcasting; r and θ are real (r may be negative). The inverse of `abs` and
 * `arg`.
 *
 * @param theta in radians.
 * @throws DtypeError for complex arguments.
 */
export const polar = (r: TensorLike, theta: TensorLike): Tensor => bind(polarP, [r, theta], undefined)
