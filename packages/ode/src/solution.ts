import type { Tensor } from '@cad/core'
import type { Status } from './status.ts'

/** The result of `solveIvp`. `status` and `stats` are null while the solve is only traced (inside `jit`). */
export interface Solution<Y = Tensor> {
  /** The times of the saved states, shape [times]. */
  readonly ts: Tensor
  /** The saved states, a tree like y0 with the times as a first axis of every leaf: shape [times, ...y0.shape]. */
  readonly ys: Y
  /** How many of the saved states were reached, shape []; all of them unless `throws` is false. */
  readonly reached: Tensor
  readonly status: Status | null
  readonly stats: SolveStats | null
}

export interface SolveStats {
  readonly accepted: number
  readonly rejected: number
  /** Calls of the right-hand side. */
  readonly evaluations: number
  /** Memory of the recorded stages, which the adjoint replays; 0 where no derivative can follow. */
  readonly storedBytes: number
  /** How the right-hand side runs: generated code, or the kernels of its operations one by one. */
  readonly target: 'js' | 'wasm' | 'interpreter'
  readonly targetReason?: string
}
