import { bind } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'

/** Throws if the numbers of the tensors are not what they must be. */
export type Check = (checked: readonly Tensor[]) => void

const guardP: Primitive<Check> = definePrimitive<Check>('guard', {
  type: ([x]) => x,
  kernel: ([x, ...checked], check) => {
    check(checked)
    return x.data
  },
  jvp: (_, [xDot]) => xDot,
  vjp: (args, _, [cotangent]) => [cotangent, ...args.slice(1).map(() => undefined)],
})

/**
 * x itself, once `check` has seen the numbers of `checked` and not thrown: the way in which a computation refuses also where
 * it is only traced. The derivative is that of x.
 */
export const guard = (x: Tensor, checked: readonly Tensor[], check: Check): Tensor =>
  bind(guardP, [x, ...checked], check)
