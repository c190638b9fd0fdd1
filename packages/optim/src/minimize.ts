import { DtypeError, ShapeError, toTensor, valueAndGrad, type Loose, type Tensor, type TensorLike } from '@cad/core'
import { coordinatesOf, type Coordinates } from './coordinates.ts'
import { lbfgs } from './lbfgs.ts'
import type { GradientPoint, MinimizeMethod } from './method.ts'
import type { SearchOptions } from './least-squares.ts'
import { requireInfluence } from './require-influence.ts'
import { requireLimits } from './require-limits.ts'
import { requireStart, requireUntraced } from './require-start.ts'
import { resultOf, type OptimizationResult } from './result.ts'
import type { Evaluator } from './point.ts'
import { runSearch } from './search.ts'
import { notANumber } from './trial-point.ts'
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
 *   DerivativeError if x0 or the loss depends on an outer transformation, or if the loss reads a parameter as a plain number; at the
 *   start, whatever the loss throws. Later a `NumericalError` or `NotFiniteError` of the loss is a step that is not taken, like NaN,
 *   and any other error ends the search with status `failed`.
 */
export function minimize<X>(
  loss: (x: X) => TensorLike,
  x0: X | Loose<X>,
  {
    method = lbfgs(),
    target = -Infinity,
    maxIterations = 1000,
    maxEvaluations = Infinity,
    timeLimit = Infinity,
    onProgress,
  }: MinimizeOptions = {},
): OptimizationResult<X> {
  const caller = 'minimize'
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
  const evaluator = gradientEvaluator(caller, loss, coordinates)
  const outcome = runSearch(caller, { evaluator, limits }, start, (search) => method.run(search))
  return resultOf(outcome, coordinates.toTree(outcome.best.x))
}

function gradientEvaluator<X>(
  caller: string,
  loss: (x: X) => TensorLike,
  coordinates: Coordinates<X>,
): Evaluator<GradientPoint> {
  const both = valueAndGrad<X, []>((x) => requireRealNumber(caller, toTensor(loss(x), caller)))
  const pointOf = (x: Float64Array, value: number, gradient: Float64Array): GradientPoint => ({
    x,
    value,
    gradient,
    gradientNorm: length(gradient),
    sizes: coordinates.moduli(x),
    slopes: coordinates.moduli(gradient),
  })
  const valueAt = (x: Float64Array): Float64Array => toTensor(loss(coordinates.toTree(x)), caller).data
  let first: X | undefined
  return {
    at: (x) => {
      const { value, gradient } = both(coordinates.toTree(x) as Loose<X>)
      requireUntraced(caller, 'the loss', value)
      first ??= gradient
      return pointOf(x, value.data[0], coordinates.toVector(gradient))
    },
    requireStart: ({ x }) => requireInfluence(caller, first, { what: 'the loss', x, valueAt }),
    failedAt: (x, failure) => ({ ...pointOf(x, NaN, notANumber(x.length)), failure }),
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
