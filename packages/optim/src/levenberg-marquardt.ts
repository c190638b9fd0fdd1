import { dampedStep } from './damped-step.ts'
import { actualReduction, adjustRadius, judge, predict } from './gain-ratio.ts'
import type { LeastSquaresMethod } from './method.ts'
import { reduceToTriangle } from './reduce-to-triangle.ts'
import { isDifferentiable, type ResidualPoint } from './residual-point.ts'
import type { Search } from './search.ts'
import type { Ending } from './status.ts'
import { applyTransposed, columnNorm, type TriangularSystem } from './triangular.ts'
import { along, length, scaled } from './vector.ts'

export interface LevenbergMarquardtOptions {
  /** Ends when the cosine of the angle between r and every column of J is at most this. */
  readonly gradientTolerance?: number
  /** Ends when the trust radius is at most this, relative to the scaled parameters. */
  readonly stepTolerance?: number
  /** Ends when predicted and actual reduction of ‖r‖² are at most this, relative to ‖r‖². */
  readonly reductionTolerance?: number
  /** The first trust radius, relative to the scaled parameters. */
  readonly initialRadius?: number
}

type Settings = Required<LevenbergMarquardtOptions>

/**
 * The Levenberg–Marquardt method of MINPACK: a trust region whose axes follow the column norms of J, so that parameters
 * of any size and unit need no scaling; steps by QR; the radius controlled by the ratio of actual and predicted reduction.
 * Trial points where the residual or its derivative fails or is not finite shrink the radius.
 *
 * @see Moré (1978), The Levenberg–Marquardt algorithm: implementation and theory.
 */
export function levenbergMarquardt({
  gradientTolerance = 1e-10,
  stepTolerance = 1e-10,
  reductionTolerance = 1e-12,
  initialRadius = 100,
}: LevenbergMarquardtOptions = {}): LeastSquaresMethod {
  const settings: Settings = { gradientTolerance, stepTolerance, reductionTolerance, initialRadius }
  return { name: 'Levenberg–Marquardt', run: (search) => run(search, settings) }
}

/** Where the method stands: point, its linear model, axes and radius of the trust region, damping of the last step. */
interface State {
  readonly point: ResidualPoint
  /** R of J, and Qᵀr. */
  readonly model: TriangularSystem
  /** Largest column norms of J so far: the lengths of the axes are radius/scale. */
  readonly scale: Float64Array
  readonly radius: number
  readonly damping: number
}

function run(search: Search<ResidualPoint>, settings: Settings): Ending {
  let state = begin(search.start, settings.initialRadius)
  for (;;) {
    if (state === undefined) return { status: 'nonFinite', message: 'the derivative of the residual is not finite' }
    const cosine = largestCosine(state)
    if (cosine <= settings.gradientTolerance) {
      return { status: 'gradient', message: `converged: cosine of residual and derivative ${cosine.toExponential(1)}` }
    }
    search.beginIteration()
    const next = iterate(search, state, settings)
    if ('status' in next) return next
    search.accept(next.point, next.step)
    if (next.ending !== undefined) return next.ending
    state = advance(state, next)
  }
}

function begin(point: ResidualPoint, initialRadius: number): State | undefined {
  const model = modelAt(point)
  if (model === undefined) return undefined
  const scale = Float64Array.from({ length: model.n }, (_, j) => columnNorm(model, j) || 1)
  const size = length(scaled(scale, point.x))
  return { point, model, scale, radius: initialRadius * (size || 1), damping: 0 }
}

/** The linear model at a point; undefined if J is not finite. */
function modelAt(point: ResidualPoint): TriangularSystem | undefined {
  const J = point.jacobian()
  return J.every(Number.isFinite) ? reduceToTriangle(J, point.x.length, point.residual) : undefined
}

/** The state at the new point: axes only shrink. */
function advance({ scale }: State, { point, radius, damping }: Accepted): State | undefined {
  const model = modelAt(point)
  if (model === undefined) return undefined
  return { point, model, scale: scale.map((s, j) => Math.max(s, columnNorm(model, j))), radius, damping }
}

/** The largest |cos ∠(r, Jⱼ)| = |Jⱼᵀr|/(‖Jⱼ‖‖r‖); it does not change with the units of x and r. */
function largestCosine({ model, point }: State): number {
  const size = length(point.residual)
  if (size === 0) return 0
  return applyTransposed(model).reduce((largest, slope, j) => {
    const norm = columnNorm(model, j)
    return norm === 0 ? largest : Math.max(largest, Math.abs(slope) / norm / size)
  }, 0)
}

/** A completed iteration. */
interface Accepted {
  readonly point: ResidualPoint
  readonly step: number
  readonly radius: number
  readonly damping: number
  readonly ending: Ending | undefined
}

/** Tries shorter and shorter steps until one reduces ‖r‖², or none can. */
function iterate(search: Search<ResidualPoint>, state: State, settings: Settings): Accepted | Ending {
  const { point, scale } = state
  const inverse = scale.map((s) => 1 / s)
  const system = scaledModel(state.model, inverse)
  const size = length(point.residual)
  let { radius, damping } = state
  for (;;) {
    const trial = dampedStep(system, radius, damping)
    const stepLength = length(trial.y)
    if (search.start === point) radius = Math.min(radius, stepLength)
    const candidate = search.evaluate(along(point.x, 1, scaled(inverse, trial.y)))
    const prediction = predict(system, trial, size)
    const actual = actualReduction(size, candidate)
    const gain = prediction.reduction === 0 ? 0 : actual / prediction.reduction
    const adjusted = adjustRadius({ gain, actual, stepLength, slope: prediction.slope }, radius, trial.damping)
    ;({ radius, damping } = adjusted)
    const xSize = length(scaled(scale, gain >= 1e-4 ? candidate.x : point.x))
    const ending = judge({ actual, predicted: prediction.reduction, gain, radius, xSize }, settings)
    if (gain >= 1e-4) return { point: candidate, step: relative(stepLength, xSize), radius, damping, ending }
    if (ending !== undefined) return isFinitePoint(candidate, size) ? ending : nonFinite(candidate)
  }
}

/** Whether a trial point has numbers: its value, and its derivatives if that is below ‖r‖² before. */
const isFinitePoint = (candidate: ResidualPoint, size: number): boolean =>
  Number.isFinite(candidate.value) && (length(candidate.residual) >= size || isDifferentiable(candidate))

const relative = (step: number, size: number): number => (size === 0 ? step : step / size)

function nonFinite({ value }: ResidualPoint): Ending {
  const what = Number.isFinite(value) ? 'the derivative of the residual' : 'the residual'
  return { status: 'nonFinite', message: `${what} is not finite next to the best point (‖r‖² = ${value})` }
}

/** The model in coordinates D x: R D⁻¹. */
function scaledModel({ n, R, b }: TriangularSystem, inverse: Float64Array): TriangularSystem {
  return { n, R: R.map((value, k) => value * inverse[k % n]), b }
}
