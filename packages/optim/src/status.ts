/**
 * Why a search ended.
 *
 * - `gradient`, `step`, `reduction`: converged, by the tolerance of that name.
 * - `stalled`: no lower value can be found although no tolerance is met; mostly the rounding level of the function.
 * - `iterations`, `evaluations`, `timeLimit`: a limit was reached.
 * - `stopped`: the progress callback returned false.
 * - `nonFinite`: only NaN or infinite values around the best point.
 * - `failed`: the function threw an error, which the result holds.
 */
export type Status =
  | 'gradient'
  | 'step'
  | 'reduction'
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
  'stalled',
  'iterations',
  'evaluations',
  'timeLimit',
  'stopped',
  'nonFinite',
  'failed',
]

/** Whether a tolerance was met. */
export function isConverged(status: Status): boolean {
  return status === 'gradient' || status === 'step' || status === 'reduction'
}

/** A status with the sentence that explains it. */
export interface Ending {
  readonly status: Status
  readonly message: string
  /** What the function threw, if the status is `failed`. */
  readonly error?: unknown
}
