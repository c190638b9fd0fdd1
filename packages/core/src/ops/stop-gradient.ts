import { admit, valueOf } from '../graph.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { toTensor, type TensorLike } from '../tensor.ts'

/** The identity, with derivative zero. */
export const stopGradientP: Primitive = definePrimitive('stopGradient', {
  type: ([x]) => x,
  kernel: ([x]) => x.data,
  lower: (_, [x]) => x,
  access: () => ({ kind: 'same' }) as const,
  jvp: () => [undefined],
  vjp: () => [undefined],
  batch: ([x]) => stopGradient(x),
})

/** x as a constant: its derivative is zero. The way to use a tensor that was traced by a transformation that has ended. */
export function stopGradient(x: TensorLike): Tensor {
  const a = toTensor(x, 'stopGradient')
  const value = valueOf(a)
  if (value !== undefined) return value // a constant needs no node, and may go where nothing traced may
  return bind(stopGradientP, [admit(a, 'stopGradient')], undefined)
}
