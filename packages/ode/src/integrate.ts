import type { ByIdentity } from '@cad/core/compiler'
import { explicitKernels, type ExplicitKernels } from './compile/explicit-kernels.ts'
import { initialStep } from './control/initial-step.ts'
import { scaledNorm, type Tolerances } from './control/error-norm.ts'
import { StepSizes, type StepController } from './control/step-controller.ts'
import type { RightHandSide } from './field.ts'
import type { ExplicitMethod } from './methods/explicit-method.ts'
import { Saver, type SavedPoint } from './saver.ts'
import { failure, type Failure, type Status } from './status.ts'
import { Trajectory } from './trajectory.ts'

/** Where an integration is, for progress callbacks. */
export interface StepReport {
  readonly t: number
  readonly h: number
  readonly steps: number
}

export type OnStep = (at: StepReport) => boolean | void

/** Everything about a solve but the state and the parameters. */
export type SolveSettings = {
  readonly method: ExplicitMethod
  readonly t0: number
  readonly t1: number
  /** Monotone from t0 to t1. */
  readonly saveAt: Float64Array
  readonly tolerances: Tolerances
  readonly controller: StepController
  /** 0: found automatically. */
  readonly firstStep: number
  readonly maxStep: number
  /** Limit of accepted and rejected steps together. */
  readonly maxSteps: number
  /** Called after each accepted step; false ends the solve. */
  readonly onProgress?: ByIdentity<OnStep>
}

/** One finished integration: the record that tangents and adjoints replay. */
export interface Recorded {
  readonly field: RightHandSide
  readonly settings: SolveSettings
  readonly p: Float64Array
  readonly trajectory: Trajectory
  /** Saved states, one after the other, as many as were reached. */
  readonly saved: Float64Array
  readonly savedPoints: readonly SavedPoint[]
  readonly status: Status
  readonly rejected: number
  readonly evaluations: number
}

/** Integrates from t0 to t1 and records every accepted step. Numerical failure is a status, with all that was reached. */
export function integrate(field: RightHandSide, settings: SolveSettings, y0: Float64Array, p: Float64Array): Recorded {
  const integration = new Integration(field, settings, y0, p)
  integration.start()
  while (integration.status === undefined) integration.attempt()
  return integration.record(integration.status)
}

/** The last step is stretched by this much rather than followed by a tiny one. */
const stretch = 1 + 1e-7

class Integration {
  status: Status | undefined
  readonly #field: RightHandSide
  readonly #settings: SolveSettings
  readonly #p: Float64Array
  readonly #trajectory: Trajectory
  readonly #saver: Saver
  readonly #sizes: StepSizes
  readonly #slopes: Float64Array
  readonly #error: Float64Array
  readonly #direction: number
  readonly #kernels: ExplicitKernels
  #t: number
  #h = 0
  #attempts = 0
  #evaluations = 0
  /** Whether the last attempt gave finite numbers: tells blow-up from stiffness when steps become tiny. */
  #wasFinite = true

  constructor(field: RightHandSide, settings: SolveSettings, y0: Float64Array, p: Float64Array) {
    const { method, t0, t1, saveAt, controller } = settings
    const { scheme } = method
    this.#field = field
    this.#settings = settings
    this.#p = p
    this.#t = t0
    this.#direction = Math.sign(t1 - t0)
    this.#kernels = explicitKernels(scheme, field)
    this.#trajectory = new Trajectory(field.n, scheme.a.length, y0)
    this.#saver = new Saver(scheme, saveAt, field.n, this.#direction)
    this.#sizes = new StepSizes(controller, method.errorOrder ?? method.order)
    this.#slopes = new Float64Array(scheme.a.length * field.n)
    this.#error = new Float64Array(field.n)
  }

  start(): void {
    const { t0, t1, firstStep, method, tolerances, maxStep } = this.#settings
    const y0 = this.#trajectory.states.slice(0, this.#field.n)
    this.#saver.atStart(t0, y0)
    if (t0 === t1) {
      this.status = { kind: 'success', t: t0, h: 0, step: 0 }
      return
    }
    this.#field.value.run(t0, y0, 0, this.#p, this.#slopes, 0)
    this.#evaluations = 1
    const f0 = this.#slopes.slice(0, this.#field.n)
    let h = firstStep
    if (h === 0) {
      const errorOrder = method.errorOrder ?? method.order
      h = initialStep(this.#field, { t0, y0, p: this.#p, f0 }, { span: t1 - t0, errorOrder, tolerances })
      this.#evaluations++
    }
    this.#h = this.#direction * Math.min(Math.abs(h), maxStep)
    if (!f0.every(Number.isFinite) || !Number.isFinite(h)) this.#fail('non-finite')
  }

  /** Tries one step. */
  attempt(): void {
    const { t1, method, maxSteps } = this.#settings
    const isLast = this.#direction * (this.#t + stretch * this.#h - t1) >= 0
    if (isLast) this.#h = t1 - this.#t
    if (this.#attempts >= maxSteps) return this.#fail('max-steps')
    if (!isLast && Math.abs(this.#h) < 10 * ulp(this.#t))
      return this.#fail(this.#wasFinite ? 'step-too-small' : 'non-finite')
    const trajectory = this.#trajectory
    trajectory.reserve()
    const base = trajectory.stageAt(trajectory.steps, 0)
    const at = { t: this.#t, h: this.#h, states: trajectory.states, base, p: this.#p }
    this.#kernels.step(at, this.#slopes)
    this.#attempts++
    const error = this.#scaledError(base)
    this.#wasFinite = Number.isFinite(error)
    if (error <= 1) this.#accept(error, isLast)
    else if (method.errorOrder === undefined) this.#fail('non-finite')
    else this.#h *= this.#sizes.reject(error)
  }

  #accept(error: number, isLast: boolean): void {
    const { t1, method, maxStep, onProgress } = this.#settings
    const trajectory = this.#trajectory
    trajectory.accept(this.#t, this.#h)
    this.#saver.afterStep(trajectory, this.#slopes, isLast)
    this.#t = isLast ? t1 : this.#t + this.#h
    const stopped = onProgress?.value({ t: this.#t, h: this.#h, steps: trajectory.steps }) === false
    if (isLast) this.status = { kind: 'success', t: t1, h: this.#h, step: trajectory.steps }
    else if (stopped) return this.#fail('stopped')
    this.#slopes.copyWithin(0, this.#slopes.length - this.#field.n)
    if (method.errorOrder !== undefined) this.#h *= this.#sizes.accept(error)
    if (Math.abs(this.#h) > maxStep) this.#h = this.#direction * maxStep
  }

  /** The scaled error of the step just tried; 0 for a method without an estimate, NaN or ∞ where the step has no finite end. */
  #scaledError(base: number): number {
    const { method, tolerances } = this.#settings
    const { n, isComplex } = this.#field
    const { states, stride } = this.#trajectory
    if (method.errorOrder === undefined) {
      let end = 0
      for (let i = 0; i < n; i++) end += states[base + stride + i]
      return Number.isFinite(end) ? 0 : NaN
    }
    this.#kernels.error(this.#h, this.#slopes, this.#error)
    return scaledNorm(tolerances, isComplex, this.#error, states, base, states, base + stride)
  }

  #fail(kind: Failure['kind']): void {
    this.status = failure(kind, { t: this.#t, h: this.#h, step: this.#trajectory.steps })
  }

  record(status: Status): Recorded {
    return {
      field: this.#field,
      settings: this.#settings,
      p: this.#p,
      trajectory: this.#trajectory,
      saved: this.#saver.states(this.#field.n),
      savedPoints: this.#saver.points,
      status,
      rejected: this.#attempts - this.#trajectory.steps,
      evaluations: this.#evaluations + this.#attempts * (this.#settings.method.scheme.a.length - 1),
    }
  }
}

/** Distance from |t| to the next larger double, within a factor of 2. */
const ulp = (t: number): number => Math.max(Math.abs(t), Number.MIN_VALUE / Number.EPSILON) * Number.EPSILON
