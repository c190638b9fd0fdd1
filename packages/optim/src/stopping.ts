import type { GradientPoint } from './method.ts'
import { isUsable } from './point.ts'
import type { Search } from './search.ts'
import type { Ending } from './status.ts'
import { along, inner, scaled } from './vector.ts'

/**
 * When a method of `minimize` has converged: by the first rule that holds.
 *
 * Near a minimum x*, f ≈ f* + ½ (x − x*)ᵀB(x − x*): the step p = −B⁻¹g leads there, and −½ gᵀp is what is left to gain. In other
 * units, x = C u with C diagonal, gradient, B and p of u are Cg, CBC and C⁻¹p. So pᵢ/xᵢ, gᵢpᵢ and Bᵢᵢxᵢ² are what they were, and
 * none of them knows a constant that is added to f; a factor of f leaves p, and the ratio of the others. The rules ask nothing else:
 *
 *   settled    |pᵢ| ≤ τ |xᵢ| for each i. Where xᵢ* = 0 there is no size to compare with: there |gᵢpᵢ| and Bᵢᵢxᵢ² must be
 *              at most (10 ε)² Σ Bⱼⱼxⱼ², xᵢ being zero to rounding beside what f would change by if each x changed by itself.
 *              Both points of a step must be settled, as B was measured along the steps before and may be another here.
 *   invisible  f shows nothing below some ε|f|. If a step and its prediction are smaller, and gᵀp falls no more, all is rounding.
 *
 * The size of a coordinate is |xᵢ|; both parts of a complex number have its modulus.
 */
export interface StoppingOptions {
  /** Ends when the step to the minimum of the quadratic model is at most this part of every coordinate, at two points in succession. */
  readonly gradientTolerance?: number
  /** Ends when an iteration moves no coordinate by more than this part of it. */
  readonly stepTolerance?: number
  /** Ends when an iteration reduces f by at most this part of |f|. It is 0 because |f| depends on a constant added to f. */
  readonly reductionTolerance?: number
  /** Ends when no |∂f/∂xᵢ| is larger, in the unit of f/x. */
  readonly absoluteGradientTolerance?: number
  /** Ends when an iteration moves no coordinate by more, in the unit of x. */
  readonly absoluteStepTolerance?: number
  /** Ends when an iteration reduces f by at most this, in the unit of f. */
  readonly absoluteReductionTolerance?: number
}

export type StoppingRules = Required<StoppingOptions>

/** What a method believes of f near a point. */
export interface LocalModel {
  /** p, the step to the minimum of the model. */
  readonly step: Float64Array
  /** The diagonal of B. */
  readonly curvature: Float64Array
  /** Whether the point before was settled. */
  readonly isConfirmed: boolean
}

/** Whether the model sees the minimum here. */
export function isSettled(
  { x, gradient, sizes }: GradientPoint,
  { step, curvature }: Pick<LocalModel, 'step' | 'curvature'>,
  { gradientTolerance }: Pick<StoppingRules, 'gradientTolerance'>,
): boolean {
  const whole = x.reduce((total, xi, i) => total + curvature[i] * xi * xi, 0)
  const rounding = (10 * Number.EPSILON) ** 2 * whole
  return step.every((p, i) => {
    if (Math.abs(p) <= gradientTolerance * sizes[i]) return true
    return Math.max(Math.abs(gradient[i] * p), curvature[i] * sizes[i] ** 2) <= rounding
  })
}

/** The ending at a point where the gradient counts as zero, if it does. */
export function endingAt(point: GradientPoint, model: LocalModel, rules: StoppingRules): Ending | undefined {
  const largest = point.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0)
  const isSmall = largest <= rules.absoluteGradientTolerance
  return isSmall || (model.isConfirmed && isSettled(point, model, rules)) ? stationary(point) : undefined
}

const stationary = ({ gradientNorm }: GradientPoint): Ending => ({
  status: 'gradient',
  message: `converged: |gradient| ${gradientNorm.toExponential(1)}`,
})

/** The largest |Δxᵢ| relative to the size of the coordinate, after the step or before it. */
export const relativeStep = (before: GradientPoint, after: GradientPoint): number =>
  after.x.reduce((largest, x, i) => {
    const step = Math.abs(x - before.x[i])
    return step === 0 ? largest : Math.max(largest, step / Math.max(after.sizes[i], before.sizes[i]))
  }, 0)

/** A completed step with the models at both of its ends. */
export interface CompletedStep {
  readonly before: GradientPoint
  readonly after: GradientPoint
  readonly modelBefore: LocalModel
  readonly modelAfter: LocalModel
}

/** The ending that an accepted step calls for, if it does; a stationary point is left to the next iteration. */
export function endingAfter(completed: CompletedStep, rules: StoppingRules): Ending | undefined {
  const { before, after, modelAfter } = completed
  if (endingAt(after, modelAfter, rules) !== undefined) return undefined
  const reduction = before.value - after.value
  const { reductionTolerance, absoluteReductionTolerance, stepTolerance, absoluteStepTolerance } = rules
  const enough = Math.max(reductionTolerance * Math.abs(before.value), absoluteReductionTolerance)
  if (enough > 0 && reduction <= enough) {
    return {
      status: 'reduction',
      message: `converged: the last step reduced the value by ${reduction.toExponential(1)}`,
    }
  }
  const step = relativeStep(before, after)
  const moved = along(after.x, -1, before.x).reduce((most, s) => Math.max(most, Math.abs(s)), 0)
  if (step <= stepTolerance || moved <= absoluteStepTolerance) {
    return { status: 'step', message: `converged: step ${step.toExponential(1)} of the parameters` }
  }
  return isInvisible(completed)
    ? { status: 'reduction', message: 'converged: value and gradient are rounding' }
    : undefined
}

function isInvisible({ before, after, modelBefore, modelAfter }: CompletedStep): boolean {
  const rounding = 16 * Number.EPSILON * Math.abs(before.value)
  const predicted = Math.abs(inner(before.gradient, along(after.x, -1, before.x)))
  const left = Math.abs(inner(after.gradient, modelAfter.step))
  const stood = Math.abs(inner(before.gradient, modelBefore.step))
  return (
    Math.abs(before.value - after.value) <= rounding && Math.max(predicted, left) <= rounding && left >= 0.25 * stood
  )
}

/**
 * The ending where no step goes on. A settled point needs no confirmation then; one more trial, next to the point, tells the rounding level
 * from a function without finite values.
 */
export function endingWithoutStep(search: Search<GradientPoint>, point: GradientPoint, wasSettled: boolean): Ending {
  if (wasSettled) return stationary(point)
  const direction = scaled(
    point.sizes,
    point.gradient.map((g) => -1e-12 * Math.sign(g)),
  )
  const close = search.evaluate(along(point.x, 1, direction))
  if (!isUsable(close)) {
    return { status: 'nonFinite', message: 'value or gradient is not finite next to the best point' }
  }
  return { status: 'stalled', message: 'no lower value is found along the gradient: the rounding level is reached' }
}

/** The ending where f falls along a ray as far as numbers go. */
export const unbounded = ({ value }: GradientPoint): Ending => ({
  status: 'unbounded',
  message: `the function falls without end: ${value.toExponential(1)} and below. Is its sign right, or a bound missing?`,
})
