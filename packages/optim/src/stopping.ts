import type { GradientPoint } from './method.ts'
import { isUsable, type Search } from './search.ts'
import type { Ending } from './status.ts'
import { along, length } from './vector.ts'

/** When a method of `minimize` has converged. */
export interface StoppingOptions {
  /** Ends when maxᵢ |gᵢ| max(|xᵢ|, 1) is at most this times |f|, or g is 0. */
  readonly gradientTolerance?: number
  /** Ends when a step is at most this, relative to ‖x‖. */
  readonly stepTolerance?: number
  /** Ends when an iteration reduces f by at most this, relative to |f|. */
  readonly reductionTolerance?: number
}

/** Whether the gradient counts as zero at this point. */
export function isStationary({ x, value, gradient }: GradientPoint, tolerance: number): boolean {
  const slope = gradient.reduce((largest, g, i) => Math.max(largest, Math.abs(g) * Math.max(Math.abs(x[i]), 1)), 0)
  return slope <= tolerance * Math.abs(value)
}

/** The ending at a stationary point. */
export const stationary = ({ gradientNorm }: GradientPoint): Ending => ({
  status: 'gradient',
  message: `converged: |gradient| ${gradientNorm.toExponential(1)}`,
})

/** ‖step‖ / ‖x‖ after it. */
export const relativeStep = (before: GradientPoint, after: GradientPoint): number => {
  const step = length(along(after.x, -1, before.x))
  return step === 0 ? 0 : step / (length(after.x) || 1)
}

/** The ending that an accepted step calls for, if it does; a stationary point is left to the next iteration. */
export function endingAfter(
  before: GradientPoint,
  after: GradientPoint,
  step: number,
  { reductionTolerance, stepTolerance, gradientTolerance }: Required<StoppingOptions>,
): Ending | undefined {
  if (isStationary(after, gradientTolerance)) return undefined
  const reduction = before.value - after.value
  if (reduction <= reductionTolerance * Math.abs(before.value)) {
    return {
      status: 'reduction',
      message: `converged: the last step reduced the value by ${reduction.toExponential(1)}`,
    }
  }
  if (step <= stepTolerance) {
    return { status: 'step', message: `converged: step ${step.toExponential(1)} of the parameters` }
  }
  return undefined
}

/** Tells the rounding level from a function without finite values: one more trial, next to the point. */
export function stalled(search: Search<GradientPoint>, point: GradientPoint): Ending {
  const close = search.evaluate(along(point.x, -1e-12 / point.gradientNorm, point.gradient))
  if (!isUsable(close)) {
    return { status: 'nonFinite', message: 'value or gradient is not finite next to the best point' }
  }
  return { status: 'stalled', message: 'no lower value is found along the gradient: the rounding level is reached' }
}
