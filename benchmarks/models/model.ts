import type { Tensor, TensorType } from '@cad/core'

/** A right-hand side y' = f(t, y, p) with real parameters p, and a point at which to use it. */
export interface Model {
  readonly title: string
  readonly state: TensorType
  readonly p: readonly number[]
  readonly f: (t: Tensor, y: Tensor, p: Tensor) => Tensor
}
