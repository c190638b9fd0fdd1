import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { div } from './arithmetic.ts'
import { equal, where } from './comparison.ts'
import { realOnly } from './types.ts'

const hypotP = definePrimitive('hypot', {
  type: realOnly(
    'hypot',
    'The modulus of a complex number is abs; for √(|a|² + |b|²) take norm(stack([a, b]), { axis: 0 }).',
  ),
  formula: (s, [x, y]) => ({ re: s.call2('hypot', x.re, y.re), im: s.zero }),
  // ∂/∂x √(x² + y²) = x / √(x² + y²), and 0 at the origin, where it has no derivative
  partials: ([x, y], value) => {
    const isZero = equal(value, 0)
    const safe = where(isZero, 1, value)
    return [{ dz: where(isZero, 0, div(x, safe)) }, { dz: where(isZero, 0, div(y, safe)) }]
  },
})

/** √(x² + y²) of real numbers, elementwise, without overflow of the squares. Its derivative at (0, 0) is 0. */
export const hypot = (x: TensorLike, y: TensorLike): Tensor => bind(hypotP, [x, y], undefined)
