/**
 * Why a search ended.
 *
 * - `gradient`, `step`, `reduction`: converged, by the tolerance of that name.
 * - `target`: the value that was asked for is reached.
 * - `unbounded`: the function falls without end along a ray.
 * - `stalled`: no lower value can be found although no tolerance is met; mostly the rounding level of the function.
 * - `iterations`, `evaluations`, `timeLimit`: a limit was reached.
 * - `stopped`: the progress callback returned false.
 * - `nonFinite`: only NaN, infinite values or numerical failures around the best point; the result holds the last failure.
 * - `failed`: the function threw an error that is no numerical failure; the result holds it.
 */
export type Status =
  | 'gradient'
  | 'step'
  | 'reduction'
  | 'target'
  | 'unbounded'
  | 'stalled'
  | 'iterations'
  | 'evaluations'
  | 'timeLimit'
  | 'stopped'
  | 'nonFinite'
  | 'failed'

/** Every status, for the validation of saved results. */
export const statuses: readonly Status[] = [
  'gradient',
  'step',
  'reduction',
  'target',
  'unbounded',
  'stalled',
  'iterations',
  'evaluations',
  'timeLimit',
  'stopped',
  'nonFinite',
  'failed',
]

/** Whether a tolerance or the target was met. */
export function isConverged(status: Status): boolean {
  return status === 'gradient' || status === 'step' || status === 'reduction' || status === 'target'
}

/** A status with the sentence that explains it. */
export interface Ending {
  readonly status: Status
  readonly message: string
  /** What the function threw, if the status is `failed`, or `nonFinite` by a failure. */
  readonly error?: unknown
}
