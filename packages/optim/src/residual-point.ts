import { linearize, ShapeError, type Linearization } from '@cad/core'
import { coordinatesOf, type Coordinates } from './coordinates.ts'
import { requireInfluence } from './require-influence.ts'
import { requireUntraced } from './require-start.ts'
import { isUsable, type Evaluator, type Point } from './point.ts'
import { attempt, notANumber } from './trial-point.ts'
import { length } from './vector.ts'

/** An evaluated point of a least-squares problem; derivatives are computed once, when first asked for. */
export interface ResidualPoint extends Point {
  /** The residual r as the function gave it. */
  readonly tree: unknown
  /** The real coordinates of r. */
  readonly residual: Float64Array
  /** ∂rᵢ/∂xⱼ in real coordinates, row-major, shape [residuals, parameters]. */
  readonly jacobian: () => Float64Array
}

/** Whether value, gradient and Jacobian are numbers: a search can go on from there. */
export const isDifferentiable = (point: ResidualPoint): boolean =>
  isUsable(point) && point.jacobian().every(Number.isFinite)

/** Evaluates a residual at real coordinates; all points must have residuals of one type. */
export function residualEvaluator<X>(
  caller: string,
  residual: (x: X) => unknown,
  coordinates: Coordinates<X>,
): Evaluator<ResidualPoint> {
  const linearized = linearize<X, unknown, []>(residual)
  const what = 'the residual'
  const valueAt = (x: Float64Array): Float64Array => vectorOf(caller, residual(coordinates.toTree(x)))
  let count = -1
  let gradientAtStart: () => X
  return {
    at: (x) => {
      const linear = linearized(coordinates.toTree(x) as Parameters<typeof linearized>[0])
      requireUntraced(caller, what, linear.value)
      if (count < 0) {
        gradientAtStart = () => linear.pullback(linear.value)
        const start = pointOf(caller, coordinates, x, linear)
        count = requireResiduals(caller, start.residual.length)
        return start
      }
      const point = trialPoint(pointOf(caller, coordinates, x, linear))
      if (point.residual.length === count) return point
      throw new ShapeError(
        `${caller}: the residual must have ${count} real numbers as at the start, got ${point.residual.length}. ` +
          'Keep its shape and dtype the same at every point.',
      )
    },
    requireStart: ({ x }) => requireInfluence(caller, gradientAtStart(), { what, x, valueAt }),
    failedAt: (x, failure) => {
      const jacobian = (): Float64Array => notANumber(count * x.length)
      return { x, tree: undefined, residual: notANumber(count), value: NaN, gradientNorm: NaN, jacobian, failure }
    },
  }
}

/** A point after the start: derivatives that fail numerically are NaN there, and the point says why. */
function trialPoint(point: ResidualPoint): ResidualPoint {
  let failure: Error | undefined
  const orNaN = <T>(derivative: () => T, missing: T): T =>
    attempt(derivative, (found) => {
      failure = found
      return missing
    })
  return {
    x: point.x,
    tree: point.tree,
    residual: point.residual,
    value: point.value,
    get gradientNorm() {
      return orNaN(() => point.gradientNorm, NaN)
    },
    jacobian: () => orNaN(point.jacobian, notANumber(point.residual.length * point.x.length)),
    get failure() {
      return failure
    },
  }
}

const vectorOf = (caller: string, tree: unknown): Float64Array => coordinatesOf(caller, tree).toVector(tree)

function requireResiduals(caller: string, count: number): number {
  if (count > 0) return count
  throw new ShapeError(`${caller}: the residual must hold at least one number, got none. Check the data.`)
}

function pointOf<X, R>(
  caller: string,
  coordinates: Coordinates<X>,
  x: Float64Array,
  { value, pushforward, pullback }: Linearization<X, R>,
): ResidualPoint {
  const range = coordinatesOf<R>(caller, value as Parameters<typeof pullback>[0])
  const residual = range.toVector(value)
  let jacobian: Float64Array | undefined
  let gradientNorm: number | undefined
  return {
    x,
    tree: value,
    residual,
    value: length(residual) ** 2,
    // ∇‖r‖² = 2 Jᵀ r
    get gradientNorm() {
      gradientNorm ??= 2 * length(coordinates.toVector(pullback(value as Parameters<typeof pullback>[0])))
      return gradientNorm
    },
    jacobian: () =>
      (jacobian ??= columns(residual.length, coordinates.size, (tangent) =>
        range.toVector(pushforward(coordinates.toTree(tangent) as Parameters<typeof pushforward>[0])),
      )),
  }
}

/** The matrix of a linear map, a column from each unit vector; row-major, shape [m, n]. */
function columns(m: number, n: number, map: (unit: Float64Array) => Float64Array): Float64Array {
  const matrix = new Float64Array(m * n)
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n)
    unit[j] = 1
    map(unit).forEach((value, i) => (matrix[i * n + j] = value))
  }
  return matrix
}
