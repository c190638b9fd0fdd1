import type { Vector } from '../field.ts'
import type { Scheme } from '../methods/tableau.ts'
import type { SavedHere, StepPlace, StepTimes } from '../methods/stepper.ts'

/** Vectors of one length, one for each stage, one after the other. */
export interface Stages {
  readonly data: Float64Array
  readonly of: readonly Vector[]
}

export function stagesOf(count: number, width: number): Stages {
  const data = new Float64Array(count * width)
  return { data, of: Array.from({ length: count }, (_, i) => ({ data, at: i * width })) }
}

/** A weight for some of the stages; those with none are left out. */
export type Weights = readonly (readonly [stage: number, weight: number])[]

export const nonzero = (weights: readonly number[]): Weights =>
  weights.flatMap((weight, i) => (weight === 0 ? [] : [[i, weight] as const]))

/** out = start + factor Σ_j w_j v_j over n numbers; without a start, the sum alone. */
export function combined(
  out: Vector,
  start: Vector | undefined,
  { stages, weights, factor }: { readonly stages: Stages; readonly weights: Weights; readonly factor: number },
  n: number,
): void {
  const { data, at } = out
  if (start === undefined) data.fill(0, at, at + n)
  else if (start.data !== data || start.at !== at) {
    for (let i = 0; i < n; i++) data[at + i] = start.data[start.at + i]
  }
  for (const [j, weight] of weights) {
    const { data: v, at: from } = stages.of[j]
    const w = factor * weight
    for (let i = 0; i < n; i++) data[at + i] += w * v[from + i]
  }
}

/** A tableau by what steps and sweeps read of it: rows and columns without their zeros. */
export interface StageTable {
  readonly scheme: Scheme
  /** Stages of a step, the last of which is its end state; those of the interpolant alone stand behind. */
  readonly main: number
  readonly count: number
  readonly c: readonly number[]
  readonly rows: readonly Weights[]
  readonly columns: readonly Weights[]
  readonly b: readonly number[]
}

export function stageTable(scheme: Scheme): StageTable {
  const { a, b, c, extra } = scheme
  const all = [...a, ...extra.a]
  return {
    scheme,
    main: a.length,
    count: all.length,
    c: [...c, ...extra.c],
    rows: all.map(nonzero),
    columns: all.map((_, i) => nonzero(all.map((row) => row[i] ?? 0))),
    b: [...b, ...extra.c.map(() => 0)],
  }
}

/** The time at which a stage is evaluated: not beyond a switch, on the other side of which f may be another one. */
export const stageTime = ({ t, h, earliest, latest }: StepTimes, c: number): number =>
  Math.min(latest, Math.max(earliest, t + c * h))

/** Whether a save needs more of its step than the states at both ends. */
export const isInside = ({ fraction, derivative }: SavedHere): boolean =>
  derivative > 0 || (fraction !== 0 && fraction !== 1)

/** The states of a recorded step, and with `replay` all of its slopes and the stages of the interpolant. */
export class StepStates {
  /** Of all stages; those of a step stand in its record. */
  readonly of: readonly Vector[]
  readonly #places: { data: Float64Array; at: number }[]
  readonly #table: StageTable
  readonly #width: number
  readonly #extra: Stages

  constructor(table: StageTable, width: number) {
    this.#table = table
    this.#width = width
    this.#extra = stagesOf(table.count - table.main, width)
    this.#places = Array.from({ length: table.main }, () => ({ data: this.#extra.data, at: 0 }))
    this.of = [...this.#places, ...this.#extra.of]
  }

  locate({ data, base }: StepPlace): void {
    this.#places.forEach((place, i) => {
      place.data = data
      place.at = base + i * this.#width
    })
  }

  /** The states of the stages that the interpolant adds, from the slopes of those before. */
  extend(at: StepPlace, slopes: Stages, evaluate: (stage: number) => void): void {
    const { main, count, rows } = this.#table
    for (let stage = main; stage < count; stage++) {
      combined(this.of[stage], this.of[0], { stages: slopes, weights: rows[stage], factor: at.h }, this.#width)
      evaluate(stage)
    }
  }
}
