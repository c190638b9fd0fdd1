import { Tensor, type Loose, type OnProgress } from '@cad/core'
import { coordinatesOf } from './coordinates.ts'
import { levenbergMarquardt } from './levenberg-marquardt.ts'
import type { LeastSquaresMethod } from './method.ts'
import { requireLimits } from './require-limits.ts'
import { requireStart, requireUntraced } from './require-start.ts'
import { residualEvaluator, type ResidualPoint } from './residual-point.ts'
import { resultOf, type LeastSquaresResult } from './result.ts'
import { runSearch } from './search.ts'

/** What `leastSquares` and `minimize` let a caller set beside the method. */
export interface SearchOptions {
  /** Ends with the status `target` where the value, ‖r‖² for residuals, is at most this. */
  readonly target?: number
  readonly maxIterations?: number
  /** Runs of the function with its derivative. */
  readonly maxEvaluations?: number
  /** In seconds, looked at between evaluations. */
  readonly timeLimit?: number
  /** Called at the start (iteration 0) and after each iteration; returning `false` ends the search at its best point. */
  readonly onProgress?: OnProgress
}

export interface LeastSquaresOptions extends SearchOptions {
  readonly method?: LeastSquaresMethod
}

/**
 * Minimises ‖r(x)‖² = Σ|rᵢ|² over x. Fewer residuals than parameters are allowed: some combination is then left as it was.
 *
 * @param residual gives a tensor or a tree of tensors, real or complex, of the same type at every point; in units of one size.
 * @param x0 the start: any nesting of objects, arrays and tensors, real or complex.
 * @returns the best point; `status` and `message` say why the search ended.
 * @throws ArgumentError for an empty or non-finite start; DerivativeError if x0 or r depends on an outer transformation, or if r reads
 *   a parameter as a plain number; at the start, whatever r throws. Later a `NumericalError` or `NotFiniteError` of r is a step that
 *   is not taken, like NaN, and any other error ends the search with status `failed`.
 */
export function leastSquares<X, R>(
  residual: (x: X) => R,
  x0: X | Loose<X>,
  {
    method = levenbergMarquardt(),
    target = -Infinity,
    maxIterations = 500,
    maxEvaluations = Infinity,
    timeLimit = Infinity,
    onProgress,
  }: LeastSquaresOptions = {},
): LeastSquaresResult<X, R> {
  const caller = 'leastSquares'
  const limits = requireLimits(caller, {
    target,
    maxIterations,
    maxEvaluations,
    timeLimit,
    ...(onProgress && { onProgress }),
  })
  requireUntraced(caller, 'x0', x0)
  const coordinates = coordinatesOf<X>(caller, x0 as Loose<X>)
  const start = requireStart(caller, coordinates, x0 as X)
  const evaluator = residualEvaluator(caller, residual, coordinates)
  const outcome = runSearch(caller, { evaluator, limits }, start, (search) => method.run(search))
  const jacobian = jacobianAt(outcome.best)
  const result = resultOf(outcome, coordinates.toTree(outcome.best.x))
  return { ...result, residual: outcome.best.tree as R, ...(jacobian && { jacobian }) }
}

function jacobianAt(point: ResidualPoint): Tensor | undefined {
  try {
    const J = point.jacobian()
    if (!J.every(Number.isFinite)) return undefined
    return new Tensor([point.residual.length, point.x.length], 'float64', J)
  } catch {
    return undefined // the search has ended with this error already
  }
}
