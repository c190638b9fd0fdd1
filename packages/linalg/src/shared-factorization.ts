import type { Tensor, TensorType } from '@cad/core'
import {
  bind,
  contentsOf,
  definePrimitive,
  keyOf,
  Opaque,
  overStacks,
  typesOfOne,
  type HandleOrigin,
  type Plain,
  type Primitive,
} from '@cad/core/compiler'

/** A factorization as a node of its own: tensors ↦ an opaque handle, which the primitives that solve with it take beside them. */
export interface SharedFactorization<T, P extends Plain> {
  /** The handle, with the leading axes of the tensors' stacks. `caller` is named where they do not fit. */
  readonly of: (caller: string, tensors: readonly Tensor[], params: P) => Tensor
  /** What is behind a handle inside a kernel, one for each matrix of the stack. */
  readonly read: (handle: Tensor) => readonly T[]
}

/**
 * Defines a factorization that is computed once for each tensor, for as long as the tensor lives (the last few of several tensors): value, gradient and Hessian
 * share it. It does not throw: a defect is part of what it gives, and who reads it words the error. The handle has no tangent; the
 * derivative belongs to the primitive that uses it, which gets the tensors as well.
 *
 * @param record `ranks`: trailing axes of one application; `check` sees the types of one; `factorize` gets one.
 */
export function shareFactorization<T, P extends Plain = undefined>(
  name: string,
  record: {
    readonly ranks: readonly number[]
    readonly check: (caller: string, types: readonly TensorType[], params: P) => void
    readonly factorize: (tensors: readonly Tensor[], params: P) => T
  },
): SharedFactorization<T, P> {
  const { ranks, check, factorize } = record
  const stacked = overStacks<P>(name, {
    ranks,
    type: () => ({ shape: [], dtype: 'opaque' }),
    kernel: (tensors, params) => new Opaque([factorize(tensors, params)]),
  })
  const primitive: Primitive<P> = definePrimitive<P>(name, {
    ...stacked,
    kernel: (tensors, params, types) => {
      const [first] = tensors
      const known = first.handles?.find(({ origin }) => isMadeBy(origin!, primitive, tensors, params))
      if (known !== undefined) return [known]
      const [handle] = stacked.kernel(tensors, params, types) as readonly [Opaque]
      handle.origin = { primitive, inputs: tensors, params, index: 0 }
      first.handles = first.handles === undefined ? [handle] : [handle, ...first.handles.slice(0, mostHandles - 1)]
      return [handle]
    },
    jvp: () => [undefined],
    vjp: (tensors) => tensors.map(() => undefined),
  })
  return {
    of: (caller, tensors, params) => {
      check(caller, typesOfOne(tensors, ranks), params)
      return bind(primitive, tensors, params)
    },
    read: (handle) => contentsOf<T>(handle),
  }
}

/** A tensor that lives long may meet a new partner in each loss: it remembers the last few, and not all of them for good. */
const mostHandles = 8

function isMadeBy(origin: HandleOrigin, primitive: unknown, tensors: readonly Tensor[], params: Plain): boolean {
  return (
    origin.primitive === primitive &&
    origin.inputs.every((x, k) => x === tensors[k]) &&
    (origin.params === params || keyOf(origin.params) === keyOf(params))
  )
}
