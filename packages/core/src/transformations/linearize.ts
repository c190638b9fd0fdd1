import { pushTree } from './jvp.ts'
import { recordRun, valueTree } from './recording.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import type { Loose } from '../tree.ts'
import { pullTree } from './vjp.ts'

/** What one run of a function leaves behind: its value, and both of its derivative maps at that point. */
export interface Linearization<X, Y> {
  readonly value: Y
  /** dx ↦ f_z dx + f_z̄ conj(dx) */
  readonly pushforward: (dx: Loose<X>) => Y
  /** w̄ ↦ f_zᴴ w̄ + f_z̄ᵀ conj(w̄), the adjoint of `pushforward` under Re⟨a, b⟩ */
  readonly pullback: (cotangent: Loose<Y>) => X
}

/**
 * Runs f once and gives its value with both derivative maps, which may be applied any number of times without running f
 * again. Further arguments are constants.
 */
export function linearize<Y, R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Y,
): (x: TensorLike, ...rest: R) => Linearization<Tensor, Y>
export function linearize<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: Loose<X>, ...rest: R) => Linearization<X, Y>
export function linearize<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: Loose<X>, ...rest: R) => Linearization<X, Y> {
  return (x, ...rest) => {
    const recording = recordRun('linearize', f, x, rest)
    return {
      value: valueTree<Y>(recording),
      pushforward: (dx) => pushTree<Y>(recording, dx),
      pullback: (cotangent) => pullTree<X>(recording, cotangent),
    }
  }
}
