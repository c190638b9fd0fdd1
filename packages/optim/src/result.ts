import type { Progress, Tensor } from '@cad/core'
import type { Point } from './point.ts'
import type { Outcome } from './search.ts'
import type { Status } from './status.ts'

/** The end of a search: its best point, and why it ended. */
export interface OptimizationResult<X> {
  /** The best point, a tree like x0. */
  readonly x: X
  readonly value: number
  /** ‖∇ value‖ in the units of the caller, over all real coordinates. */
  readonly gradientNorm: number
  readonly iterations: number
  /** Runs of the function with its derivative. */
  readonly evaluations: number
  readonly status: Status
  /** Whether a tolerance or the target was met: status `gradient`, `step`, `reduction` or `target`. */
  readonly converged: boolean
  /** The status as a sentence with its numbers. */
  readonly message: string
  /** What the function threw, if the status is `failed`, or `nonFinite` by a failure. */
  readonly error?: unknown
  readonly seconds: number
  /** One record for the start and one for each iteration. */
  readonly history: readonly Progress[]
}

/** The end of a least-squares search; `value` is ‖r(x)‖². */
export interface LeastSquaresResult<X, R> extends OptimizationResult<X> {
  /** r at x, as the function gave it. */
  readonly residual: R
  /**
   * ∂r/∂x at x in real coordinates, shape [residuals, parameters]: leaf after leaf, complex numbers as (re, im). Missing if
   * the derivative failed or is not finite at x.
   */
  readonly jacobian?: Tensor
}

/** The part of a result that all methods share. */
export function resultOf<X>({ best, ending, ...counts }: Outcome<Point>, x: X): OptimizationResult<X> {
  return { x, value: best.value, gradientNorm: best.gradientNorm, ...counts, ...ending }
}
