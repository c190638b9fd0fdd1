import type { DampedStep } from './damped-step.ts'
import { isDifferentiable, type ResidualPoint } from './residual-point.ts'
import type { Ending } from './status.ts'
import { applyUpper, type TriangularSystem } from './triangular.ts'
import { length } from './vector.ts'

/** When a trust-region search for a least ‖r‖² has converged. */
export interface Tolerances {
  readonly reductionTolerance: number
  readonly stepTolerance: number
}

/** What the linear model says of a step, relative to ‖r‖². */
export interface Prediction {
  readonly reduction: number
  /** Half the derivative of ‖r‖² along the step, at its start. */
  readonly slope: number
}

/** The prediction for a step; `size` is ‖r‖. */
export function predict(system: TriangularSystem, { y, damping }: DampedStep, size: number): Prediction {
  const linear = (length(applyUpper(system, y)) / size) ** 2
  const damped = damping * (length(y) / size) ** 2
  return { reduction: linear + 2 * damped, slope: -(linear + damped) }
}

/** 1 − ‖r₊‖²/‖r‖², and −∞ for anything unusable or ten times as large. */
export function actualReduction(size: number, candidate: ResidualPoint): number {
  const ratio = length(candidate.residual) / size
  if (!(ratio < 10)) return -Infinity
  return ratio < 1 && !isDifferentiable(candidate) ? -Infinity : 1 - ratio * ratio
}

interface Trial {
  readonly gain: number
  readonly actual: number
  readonly stepLength: number
  readonly slope: number
}

/**
 * Moré's rule for radius and damping: smaller where the linear model misleads, by the minimum of the parabola through both
 * values and the slope; twice the step where it is good.
 */
export function adjustRadius(
  { gain, actual, stepLength, slope }: Trial,
  radius: number,
  damping: number,
): { radius: number; damping: number } {
  if (gain <= 0.25) {
    const parabola = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * actual)
    const factor = Math.max(parabola, 0.1)
    return { radius: factor * Math.min(radius, 10 * stepLength), damping: damping / factor }
  }
  if (damping === 0 || gain >= 0.75) return { radius: 2 * stepLength, damping: 0.5 * damping }
  return { radius, damping }
}

interface Verdict {
  readonly actual: number
  readonly predicted: number
  readonly gain: number
  readonly radius: number
  readonly xSize: number
}

/** Why the search ends after this trial, if it does. */
export function judge(
  { actual, predicted, gain, radius, xSize }: Verdict,
  { reductionTolerance, stepTolerance }: Tolerances,
): Ending | undefined {
  if (Math.abs(actual) <= reductionTolerance && predicted <= reductionTolerance && gain <= 2) {
    return { status: 'reduction', message: `converged: predicted reduction ${predicted.toExponential(1)} of ‖r‖²` }
  }
  if (radius <= stepTolerance * xSize) {
    return { status: 'step', message: `converged: trust radius ${(radius / xSize).toExponential(1)} of the parameters` }
  }
  const exhausted = Math.abs(actual) <= Number.EPSILON && predicted <= Number.EPSILON && gain <= 2
  if (exhausted || radius <= Number.EPSILON * xSize || radius < Number.MIN_VALUE * 1e8) {
    return { status: 'stalled', message: 'no step reduces ‖r‖² any further: the rounding level is reached' }
  }
  return undefined
}
