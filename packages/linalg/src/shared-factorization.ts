import type { Tensor, TensorType } from '@cad/core'
import { bind, contentOf, definePrimitive, Opaque, opaqueType, type Primitive } from '@cad/core/compiler'

/** A factorization as a node of its own: A ↦ an opaque handle, which the primitives that solve with it take beside A. */
export interface SharedFactorization<T> {
  /** The handle of A's factorization. */
  readonly of: (A: Tensor) => Tensor
  /** What is behind a handle, inside a kernel. */
  readonly read: (handle: Tensor) => T
}

/**
 * Defines a factorization that is computed once for each matrix, for as long as the matrix lives: value, gradient and Hessian
 * share it. The handle has no tangent; the derivative belongs to the primitive that uses it, which gets A as well.
 */
export function shareFactorization<T>(
  name: string,
  check: (A: TensorType) => void,
  factorize: (A: Tensor) => T,
): SharedFactorization<T> {
  const known = new WeakMap<Tensor, Opaque>()
  const primitive: Primitive = definePrimitive(name, {
    type: ([A]) => {
      check(A)
      return opaqueType
    },
    kernel: ([A]) => {
      let handle = known.get(A)
      if (handle === undefined) known.set(A, (handle = new Opaque(factorize(A))))
      return handle
    },
    jvp: () => [undefined],
    vjp: () => [undefined],
  })
  return { of: (A) => bind(primitive, [A], undefined), read: (handle) => contentOf<T>(handle) }
}
