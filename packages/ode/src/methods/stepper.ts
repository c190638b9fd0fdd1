/** What a family of methods gives to the solver: steps, and sweeps along the steps that were taken. */
import type { FieldAt } from '../field.ts'
import type { Tolerances } from '../control/error-norm.ts'
import type { StepMemory } from '../trajectory.ts'

/** When a step is: f is evaluated between `earliest` and `latest` alone, beyond which it may be another one. */
export interface StepTimes {
  readonly t: number
  readonly h: number
  readonly earliest: number
  readonly latest: number
}

/**
 * One step: its start state stands at `base`, then the step's own numbers, then the end state. Memory may move where programs run:
 * `data` and `base` are read anew after that.
 */
export interface StepPlace extends StepTimes {
  readonly data: Float64Array
  readonly base: number
}

/** A method on one field, without state of a solve: any number of walks and sweeps may be under way. */
export interface Stepper {
  /** Doubles from the start state of one step to that of the next. */
  readonly stride: number
  /** The walk through one solve at the parameters of `f`. */
  readonly begin: (f: FieldAt, tolerances: Tolerances) => Walk
  /** Numbers for the steps of one solve to be written into. */
  readonly memory: () => StepMemory
  /** Values of the interpolant: no derivative, but what derivatives with respect to times need. */
  readonly interpolate: (f: FieldAt) => StepSweep
  readonly tangent: (f: FieldAt, dots: Dots) => StepSweep
  readonly adjoint: (f: FieldAt, bars: Bars) => AdjointSweep
  readonly tangentOfTangent: (f: FieldAt, dots: SecondDots) => StepSweep
  readonly tangentOfAdjoint: (f: FieldAt, bars: SecondBars) => SecondSweep
}

export interface Target {
  readonly target: 'js' | 'wasm' | 'interpreter'
  readonly reason?: string
}

/** One integration under way. It owns what a step leaves to the next: a slope, a Jacobian, its factors. */
export interface Walk {
  /** Evaluations of f so far. */
  readonly evaluations: number
  /** How the right-hand side runs. */
  readonly target: Target
  /** A new segment begins: nothing of the steps before holds any more. Evaluates f there; false if that is not finite. */
  restart(at: StepPlace): boolean
  /** The length of a first step, signed like `span`, from sizes of state and slopes at the start of a segment. */
  firstStep(at: StepPlace, span: number): number
  /**
   * Tries the step: writes what is its own, and its end state, behind its start. The error is scaled: above 1 is too much; NaN or
   * infinite where a state is not finite.
   */
  attempt(at: StepPlace): number
  /** Values of the interpolant of the step just tried. */
  save(at: StepPlace, saves: readonly SavedHere[], saved: Float64Array): void
  /** The step just tried is kept: the next one begins at its end. */
  accept(): void
}

/**
 * A value inside a step, or a derivative of it by the time in the unit of h: `fraction` of the way from start to end. It stands at
 * `at` among all saved ones.
 */
export interface SavedHere {
  readonly fraction: number
  readonly derivative: 0 | 1 | 2
  readonly at: number
}

/** One step of a sweep, with what was saved inside it. Tangent sweeps write `saved`, adjoint sweeps read it. */
export type StepSweep = (at: StepPlace, saves: readonly SavedHere[], saved: Float64Array) => void

/** A sweep that may keep the cotangents to itself until its end: `bars` hold them from then on. */
export interface AdjointSweep {
  step(at: StepPlace, saves: readonly SavedHere[], saved: Float64Array): void
  end(): void
}

/** Tangents of the state, from step to step, and of the parameters. */
export interface Dots {
  readonly y: Float64Array
  readonly p: Float64Array
}

/** Cotangents of the state, from step to step, and of the parameters, which are added up. */
export type Bars = Dots

/** Along u, the tangent along v: y is the second tangent; u.y and v.y go along. */
export interface SecondDots {
  readonly u: Dots
  readonly v: Dots
  readonly y: Float64Array
}

/** Along u, given at the start of the step, the change of the cotangents `bars`, which go along. */
export interface SecondBars {
  readonly u: Dots
  readonly bars: Bars
  readonly dots: Bars
}

/**
 * `saved` are cotangents of the saves. Where their times move as well, `changes` are the cotangents of the first derivative of the
 * interpolant there, which change nothing but the change of the cotangents.
 */
export type SecondSweep = (
  at: StepPlace,
  saves: readonly SavedHere[],
  saved: Float64Array,
  changes: Float64Array | undefined,
) => void
