import type { ByIdentity } from '@cad/core/compiler'
import type { Tolerances } from './control/error-norm.ts'
import { StepSizes, type StepController } from './control/step-controller.ts'
import type { FieldAt } from './field.ts'
import type { Method } from './methods/method.ts'
import type { StepPlace, Stepper, Target, Walk } from './methods/stepper.ts'
import { Saver, type SavedPoint } from './saver.ts'
import { failure, type Failure, type Status } from './status.ts'
import { Trajectory, type Keeping, type StepMemory } from './trajectory.ts'

/** Where an integration is, for progress callbacks. */
export interface StepReport {
  readonly t: number
  readonly h: number
  readonly steps: number
}

export type OnStep = (at: StepReport) => boolean | void

/** How the steps of a solve are chosen. */
export type SolveSettings = {
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

/** One solve: a method on a field at the values of its parameters, from state to state. */
export interface Problem {
  readonly f: FieldAt
  readonly method: Method
  readonly stepper: Stepper
  readonly y0: Float64Array
  /** t0, times of switches, t1. */
  readonly times: Float64Array
  /** Monotone from t0 to t1. */
  readonly saveAt: Float64Array
  readonly keeps: Keeping
}

/** One finished integration: the record that sweeps walk along. */
export interface Recorded {
  readonly problem: Problem
  readonly trajectory: Trajectory
  /** Saved states, one after the other, as many as were reached. */
  readonly saved: Float64Array
  readonly savedPoints: readonly SavedPoint[]
  readonly status: Status
  readonly rejected: number
  readonly evaluations: number
  readonly target: Target
  readonly tolerances: Tolerances
}

/** Integrates from t0 to t1 and records every accepted step. Numerical failure is a status, with all that was reached. */
export function integrate(problem: Problem, settings: SolveSettings): Recorded {
  const memory = problem.stepper.memory()
  let integration: Integration | undefined
  try {
    integration = new Integration(problem, settings, memory)
    const segments = problem.times.length - 1
    for (let k = 0; k < segments && integration.status === undefined; k++) {
      integration.start(k)
      while (integration.status === undefined && integration.segment === k) integration.attempt()
    }
    return integration.record()
  } finally {
    memory.finish(integration?.steps ?? 0)
  }
}

/** Makes sure that the steps of a record can be read: those that were dropped are taken again, at the same times with the same numbers. */
export function readable(record: Recorded): Recorded {
  const { problem, trajectory, tolerances } = record
  trajectory.beginSweep(() => {
    const { f, stepper, y0 } = problem
    const walk = stepper.begin(f, tolerances)
    trajectory.segments.forEach((segment, k) => {
      const { first, steps } = segment
      const at = trajectory.stepsOf(segment, false)
      const start = at(first)
      if (k === 0) start.data.set(y0, start.base)
      walk.restart(start)
      for (let step = first; step < first + steps; step++) {
        walk.attempt(at(step))
        walk.accept()
      }
    })
  })
  return record
}

/** The last step is stretched by this much rather than followed by a tiny one. */
const stretch = 1 + 1e-7

class Integration {
  status: Status | undefined
  /** The one that is under way, or the next. */
  segment = 0
  readonly #problem: Problem
  readonly #settings: SolveSettings
  readonly #trajectory: Trajectory
  readonly #saver: Saver
  readonly #walk: Walk
  readonly #direction: number
  #sizes: StepSizes
  #t: number
  #h = 0
  #attempts = 0
  /** Whether the last attempt gave finite numbers: tells blow-up from stiffness when steps become tiny. */
  #wasFinite = true

  constructor(problem: Problem, settings: SolveSettings, memory: StepMemory) {
    const { f, stepper, y0, times, saveAt, keeps } = problem
    const { width, doubles } = f.field.state
    this.#problem = problem
    this.#settings = settings
    this.#t = times[0]
    this.#direction = Math.sign(times[times.length - 1] - times[0])
    this.#walk = stepper.begin(f, settings.tolerances)
    this.#trajectory = new Trajectory(memory, {
      y0,
      width,
      stride: stepper.stride,
      keeps,
    })
    this.#saver = new Saver(saveAt, doubles, this.#direction)
    this.#sizes = this.#freshSizes()
    this.#saver.atStart(times[0], y0)
    if (this.#direction === 0) this.status = { kind: 'success', t: times[0], h: 0, step: 0 }
  }

  get steps(): number {
    return this.#trajectory.steps
  }

  /** Begins a segment: nothing is taken over from the one before but its last state. */
  start(segment: number): void {
    if (this.status !== undefined) return
    const { times } = this.#problem
    const [t0, t1] = [times[segment], times[segment + 1]]
    this.#trajectory.begin({ t0, t1, ...boundsOf(times, segment) })
    this.#sizes = this.#freshSizes()
    const at = this.#trajectory.next(t0, 0)
    const isFinite = this.#walk.restart(at)
    const { firstStep, maxStep } = this.#settings
    const h = firstStep > 0 || !isFinite ? firstStep : Math.abs(this.#walk.firstStep(at, t1 - t0))
    this.#h = this.#direction * Math.min(h, maxStep)
    if (!isFinite || !Number.isFinite(h)) this.#fail('non-finite')
  }

  /** Tries one step. */
  attempt(): void {
    const t1 = this.#problem.times[this.segment + 1]
    const isLast = this.#direction * (this.#t + stretch * this.#h - t1) >= 0
    if (isLast) this.#h = t1 - this.#t
    if (this.#attempts >= this.#settings.maxSteps) return this.#fail('max-steps')
    if (!isLast && Math.abs(this.#h) < 10 * ulp(this.#t))
      return this.#fail(this.#wasFinite ? 'step-too-small' : 'non-finite')
    this.#trajectory.reserve()
    const at = this.#trajectory.next(this.#t, this.#h)
    const error = this.#walk.attempt(at)
    this.#attempts++
    this.#wasFinite = Number.isFinite(error)
    if (error <= 1) this.#accept(at, error, isLast)
    else if (this.#problem.method.errorOrder === undefined) this.#fail('non-finite')
    else this.#h *= this.#sizes.reject(error)
  }

  #accept(at: StepPlace, error: number, isLast: boolean): void {
    const { maxStep, onProgress } = this.#settings
    const { method, times } = this.#problem
    const trajectory = this.#trajectory
    const isVeryLast = isLast && this.segment === times.length - 2
    const end = isLast ? times[this.segment + 1] : this.#t + this.#h
    if (this.#saver.isDue(end, isVeryLast)) this.#save(at, isLast, isVeryLast)
    this.#walk.accept()
    trajectory.accept(this.#t, this.#h)
    this.#t = end
    const stopped = onProgress !== undefined && onProgress.value({ t: end, h: this.#h, steps: trajectory.steps }) === false // prettier-ignore
    if (isLast) this.segment++
    if (isVeryLast) this.status = { kind: 'success', t: end, h: this.#h, step: trajectory.steps }
    else if (stopped) return this.#fail('stopped')
    if (method.errorOrder !== undefined) this.#h *= this.#sizes.accept(error)
    if (Math.abs(this.#h) > maxStep) this.#h = this.#direction * maxStep
  }

  #save(at: StepPlace, isLast: boolean, isVeryLast: boolean): void {
    const where = { step: this.#trajectory.steps, segment: this.segment, isLast, isVeryLast }
    const saves = this.#saver.inside(at, where, this.#trajectory.segments[this.segment])
    this.#walk.save(at, saves, this.#saver.rows)
  }

  #freshSizes(): StepSizes {
    const { errorOrder, order } = this.#problem.method
    return new StepSizes(this.#settings.controller, errorOrder ?? order)
  }

  #fail(kind: Failure['kind']): void {
    this.status = failure(kind, { t: this.#t, h: this.#h, step: this.#trajectory.steps })
  }

  record(): Recorded {
    const trajectory = this.#trajectory
    return {
      problem: this.#problem,
      trajectory,
      saved: this.#saver.reached,
      savedPoints: this.#saver.points,
      status: this.status!,
      rejected: this.#attempts - trajectory.steps,
      evaluations: this.#walk.evaluations,
      target: this.#walk.target,
      tolerances: this.#settings.tolerances,
    }
  }
}

/** Distance from |t| to the next larger double, within a factor of 2. */
export const ulp = (t: number): number => Math.max(Math.abs(t), Number.MIN_VALUE / Number.EPSILON) * Number.EPSILON

/**
 * Between which times f is evaluated in a segment. At a switch f is one function before and another one after, and which of them
 * it is at that very time is the caller's choice: so the ends that are switches are left out, by a few roundings.
 */
function boundsOf(times: Float64Array, segment: number): { readonly earliest: number; readonly latest: number } {
  const ends = [
    segment === 0 ? undefined : times[segment],
    segment === times.length - 2 ? undefined : times[segment + 1],
  ]
  const margin = 8 * Math.max(ulp(times[segment]), ulp(times[segment + 1]))
  const [lower, upper] = times[segment] < times[segment + 1] ? ends : ends.toReversed()
  return {
    earliest: lower === undefined ? -Infinity : lower + margin,
    latest: upper === undefined ? Infinity : upper - margin,
  }
}
