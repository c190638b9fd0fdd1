import { DtypeError, ShapeError, toTensor, valueAndGrad, type Loose, type Tensor, type TensorLike } from '@cad/core'
import { coordinatesOf, type Coordinates } from './coordinates.ts'
import { lbfgs } from './lbfgs.ts'
import type { GradientPoint, MinimizeMethod } from './method.ts'
import type { SearchOptions } from './least-squares.ts'
import { requireLimits } from './require-limits.ts'
import { requireStart, requireUntraced } from './require-start.ts'
import { resultOf, type OptimizationResult } from './result.ts'
import { runSearch } from './search.ts'
import { length } from './vector.ts'

export interface MinimizeOptions extends SearchOptions {
  readonly method?: MinimizeMethod
}

/**
 * Minimises a real function of a tree of real and complex tensors.
 *
 * @param loss gives one real number.
 * @param x0 the start: any nesting of objects, arrays and tensors.
 * @returns the best point; `status` and `message` say why the search ended.
 * @throws ArgumentError for an empty or non-finite start; DtypeError for a complex loss, ShapeError for more than one number;
 *   DerivativeError if x0 or the loss depends on an outer transformation; at the start, whatever the loss throws. Later errors
 *   of the loss end the search with status `failed`.
 */
export function minimize<X>(
  loss: (x: X) => TensorLike,
  x0: X | Loose<X>,
  {
    method = lbfgs(),
    maxIterations = 1000,
    maxEvaluations = Infinity,
    timeLimit = Infinity,
    onProgress,
  }: MinimizeOptions = {},
): OptimizationResult<X> {
  const caller = 'minimize'
  const limits = requireLimits(caller, { maxIterations, maxEvaluations, timeLimit, ...(onProgress && { onProgress }) })
  requireUntraced(caller, 'x0', x0)
  const coordinates = coordinatesOf<X>(caller, x0 as Loose<X>)
  const start = requireStart(caller, coordinates, x0 as X)
  const evaluate = gradientEvaluator(caller, loss, coordinates)
  const outcome = runSearch(caller, { evaluate, limits }, start, (search) => method.run(search))
  return resultOf(outcome, coordinates.toTree(outcome.best.x))
}

function gradientEvaluator<X>(
  caller: string,
  loss: (x: X) => TensorLike,
  coordinates: Coordinates<X>,
): (x: Float64Array) => GradientPoint {
  const both = valueAndGrad<X, []>((x) => requireRealNumber(caller, toTensor(loss(x), caller)))
  return (x) => {
    const { value, gradient: tree } = both(coordinates.toTree(x) as Loose<X>)
    requireUntraced(caller, 'the loss', value)
    const gradient = coordinates.toVector(tree)
    return { x, value: value.data[0], gradient, gradientNorm: length(gradient) }
  }
}

function requireRealNumber(caller: string, value: Tensor): Tensor {
  if (value.size !== 1) {
    throw new ShapeError(
      `${caller}: the loss must be one real number, got shape [${value.shape.join(', ')}]. Sum it, or use leastSquares for residuals.`,
    )
  }
  if (value.dtype === 'float64') return value
  throw new DtypeError(
    `${caller}: the loss must be real, got a complex number. Take abs2, real or imag of it; complex numbers have no order.`,
  )
}
