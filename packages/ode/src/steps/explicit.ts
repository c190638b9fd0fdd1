import { scaledNorm, type Tolerances } from '../control/error-norm.ts'
import { initialStep } from '../control/initial-step.ts'
import type { FieldAt, Vector } from '../field.ts'
import type { SavedHere, StepPlace, Target, Walk } from '../methods/stepper.ts'
import { denseWeights, orderOfEstimate } from '../methods/tableau.ts'
import type { StateLayout } from '../state-layout.ts'
import { combined, isInside, nonzero, stagesOf, stageTime, StepStates, type Stages, type StageTable } from './stages.ts'

/**
 * The steps of an explicit method, one loop after another: the reference of what is compiled, and what runs where nothing can be.
 *
 *   Y_i = y + h Σ_j a_ij k_j,  k_i = f(t + c_i h, Y_i);  the last stage is y₁
 *
 * The Y_i stand behind y in the record of the step; the k_i here, of which the last is the first of the next step.
 */
export class ExplicitWalk implements Walk {
  evaluations = 0
  readonly #table: StageTable
  readonly #f: FieldAt
  readonly #tolerances: Tolerances
  readonly #states: StepStates
  readonly #slopes: Stages
  readonly #n: number

  constructor(table: StageTable, f: FieldAt, tolerances: Tolerances) {
    const { width, doubles } = f.field.state
    this.#table = table
    this.#f = f
    this.#tolerances = tolerances
    this.#states = new StepStates(table, width)
    this.#slopes = stagesOf(table.count, width)
    this.#n = doubles
  }

  get target(): Target {
    return this.#f.target
  }

  restart(at: StepPlace): boolean {
    this.#states.locate(at)
    this.#evaluate(at, 0)
    return this.#slopes.data.subarray(0, this.#n).every(Number.isFinite)
  }

  firstStep(at: StepPlace, span: number): number {
    const { scheme } = this.#table
    const { state: layout } = this.#f.field
    const y0 = at.data.slice(at.base, at.base + layout.doubles)
    const f0 = this.#slopes.data.slice(0, layout.doubles)
    const f1 = new Float64Array(layout.doubles)
    this.evaluations++
    return initialStep(
      (h, y) => {
        this.#f.value(
          stageTime({ t: at.t, h, earliest: at.earliest, latest: at.latest }, 1),
          { data: y, at: 0 },
          { data: f1, at: 0 },
        )
        return f1
      },
      { y0, f0, layout },
      { span, errorOrder: orderOfEstimate(scheme) ?? scheme.order, tolerances: this.#tolerances },
    )
  }

  attempt(at: StepPlace): number {
    const { main, rows } = this.#table
    this.#states.locate(at)
    const [y, n] = [this.#states.of[0], this.#n]
    for (let stage = 1; stage < main; stage++) {
      const sum = { stages: this.#slopes, weights: rows[stage], factor: at.h }
      combined(this.#states.of[stage], y, sum, n)
      this.#evaluate(at, stage)
    }
    const step = { h: at.h, states: this.#states.of, slopes: this.#slopes, n }
    return scaledError(this.#table, this.#f.field.state, this.#tolerances, step)
  }

  save(at: StepPlace, saves: readonly SavedHere[], saved: Float64Array): void {
    if (saves.some(isInside)) this.#states.extend(at, this.#slopes, (stage) => this.#evaluate(at, stage))
    const step = { h: at.h, states: this.#states.of, slopes: this.#slopes, n: this.#n }
    interpolated(this.#table, step, saves, saved)
  }

  accept(): void {
    const first = this.#slopes.of[0]
    const last = this.#slopes.of[this.#table.main - 1]
    first.data.copyWithin(first.at, last.at, last.at + this.#n)
  }

  #evaluate(at: StepPlace, stage: number): void {
    this.#f.value(stageTime(at, this.#table.c[stage]), this.#states.of[stage], this.#slopes.of[stage])
    this.evaluations++
  }
}

/** A step by its stages: states and slopes, or their tangents. */
export interface StagesOfStep {
  readonly h: number
  readonly states: readonly Vector[]
  readonly slopes: Stages
  readonly n: number
}

/** The error of a step: 0 for a method without an estimate, NaN or ∞ where the step has no finite end. */
export function scaledError(
  { scheme: { e, eLow }, main }: StageTable,
  layout: StateLayout,
  tolerances: Tolerances,
  { h, states, slopes, n }: StagesOfStep,
): number {
  const [y, y1] = [states[0], states[main - 1]]
  if (e === undefined) {
    let end = 0
    for (let i = 0; i < n; i++) end += y1.data[y1.at + i]
    return end - end
  }
  const error: Vector = { data: new Float64Array(n), at: 0 }
  const sizeOf = (weights: readonly number[]): number => {
    combined(error, undefined, { stages: slopes, weights: nonzero(weights), factor: h }, n)
    return scaledNorm(tolerances, layout, error, y, y1)
  }
  const size = sizeOf(e)
  if (eLow === undefined || size === 0) return size
  const low = sizeOf(eLow)
  return (size * size) / Math.sqrt(size * size + 0.01 * low * low)
}

/** Writes values of the interpolant, and of its derivatives; the ends of a step are its states. */
export function interpolated(
  { scheme, main }: StageTable,
  { h, states, slopes, n }: StagesOfStep,
  saves: readonly SavedHere[],
  saved: Float64Array,
): void {
  for (const save of saves) {
    const start = save.derivative > 0 ? undefined : states[save.fraction === 1 ? main - 1 : 0]
    const weights = isInside(save) ? nonzero(denseWeights(scheme, save.fraction, h, save.derivative)) : []
    combined({ data: saved, at: save.at }, start, { stages: slopes, weights, factor: 1 }, n)
  }
}
