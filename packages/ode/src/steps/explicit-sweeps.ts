/** First derivatives of explicit steps, exact for the numbers that were computed; steps are frozen. */
import type { Direction, FieldAt } from '../field.ts'
import type { Bars, Dots, SavedHere, StepPlace, StepSweep } from '../methods/stepper.ts'
import { denseWeights } from '../methods/tableau.ts'
import { interpolated } from './explicit.ts'
import { combined, isInside, nonzero, stagesOf, stageTime, StepStates, type Stages, type StageTable } from './stages.ts'

/** All slopes of a recorded step again, and with them the stages that only the interpolant uses. */
export function replay(
  table: StageTable,
  f: FieldAt,
): { readonly states: StepStates; readonly slopes: Stages; readonly run: StepSweep } {
  const { width } = f.field.state
  const [states, slopes] = [new StepStates(table, width), stagesOf(table.count, width)]
  return {
    states,
    slopes,
    run: (at) => {
      const evaluate = (stage: number): void =>
        f.value(stageTime(at, table.c[stage]), states.of[stage], slopes.of[stage])
      states.locate(at)
      for (let stage = 0; stage < table.main; stage++) evaluate(stage)
      states.extend(at, slopes, evaluate)
    },
  }
}

/** Values of the interpolant of a recorded step. */
export function explicitInterpolation(table: StageTable, f: FieldAt): StepSweep {
  const again = replay(table, f)
  const n = f.field.state.doubles
  return (at, saves, saved) => {
    if (saves.length === 0) return
    if (saves.some(isInside)) again.run(at, saves, saved)
    else again.states.locate(at)
    interpolated(table, { h: at.h, states: again.states.of, slopes: again.slopes, n }, saves, saved)
  }
}

/** Which of the stages a step needs: those of the interpolant where something was saved inside it. */
const stagesFor = ({ main, count }: StageTable, inside: boolean): number => (inside ? count : main)

/**
 * Tangents of the stages of one step after another: Ẏ_i = ẏ + h Σ_j a_ij k̇_j, k̇_i = f_y Ẏ_i + f_p ṗ. The last k̇ is the first of the
 * next step.
 */
export class StageTangents {
  readonly states: Stages
  readonly slopes: Stages
  readonly directions: readonly Direction[]
  readonly #table: StageTable
  readonly #f: FieldAt
  readonly #n: number
  #isContinued = false

  constructor(table: StageTable, f: FieldAt, p: Float64Array) {
    const { width, doubles } = f.field.state
    this.#table = table
    this.#f = f
    this.#n = doubles
    this.states = stagesOf(table.count, width)
    this.slopes = stagesOf(table.count, width)
    this.directions = this.states.of.map((y) => ({ y, p, t: 0 }))
  }

  /** The tangents of a step from that of its start; `states` are its stages. */
  run(at: StepPlace, states: StepStates, y: Float64Array, inside: boolean): void {
    const { rows, c } = this.#table
    const start = { data: y, at: 0 }
    for (let stage = 0; stage < stagesFor(this.#table, inside); stage++) {
      const sum = { stages: this.slopes, weights: rows[stage], factor: at.h }
      combined(this.states.of[stage], start, sum, this.#n)
      if (stage > 0 || !this.#isContinued)
        this.#f.jvp(stageTime(at, c[stage]), states.of[stage], this.directions[stage], this.slopes.of[stage])
    }
  }

  /** To the end of the step: its tangent, and the last slope as the first of the next. */
  advance(y: Float64Array): void {
    const { main } = this.#table
    const end = this.states.of[main - 1]
    y.set(end.data.subarray(end.at, end.at + this.#n))
    const [first, last] = [this.slopes.of[0], this.slopes.of[main - 1]]
    first.data.copyWithin(first.at, last.at, last.at + this.#n)
    this.#isContinued = true
  }
}

/** Tangents of the end of a step and of what was saved inside it, for those of its start and of the parameters. */
export function explicitTangent(table: StageTable, f: FieldAt, dots: Dots): StepSweep {
  const again = replay(table, f)
  const tangents = new StageTangents(table, f, dots.p)
  const n = f.field.state.doubles
  return (at, saves, saved) => {
    const inside = saves.some(isInside)
    if (inside && table.count > table.main) again.run(at, saves, saved)
    else again.states.locate(at)
    tangents.run(at, again.states, dots.y, inside)
    interpolated(table, { h: at.h, states: tangents.states.of, slopes: tangents.slopes, n }, saves, saved)
    tangents.advance(dots.y)
  }
}

/** Cotangents of the saves of one step: of the slopes, of the end state, and of the start state. */
export class SaveBars {
  readonly slopes: Stages
  hasSlopes = false
  readonly #table: StageTable
  readonly #n: number

  constructor(table: StageTable, width: number, n: number) {
    this.#table = table
    this.#n = n
    this.slopes = stagesOf(table.count, width)
  }

  /** Takes them up; returns those of the start, which are to be added once the step is done, and adds those of the end to `y`. */
  take(
    at: StepPlace,
    saves: readonly SavedHere[],
    bars: Float64Array,
    { y, start }: { readonly y: Float64Array; readonly start: Float64Array },
  ): void {
    if (this.hasSlopes) this.slopes.data.fill(0)
    this.hasSlopes = false
    for (const save of saves) {
      if (isInside(save)) this.#inside(at, save, bars)
      if (save.derivative > 0) continue
      const to = save.fraction === 1 ? y : start
      for (let i = 0; i < this.#n; i++) to[i] += bars[save.at + i]
    }
  }

  #inside({ h }: StepPlace, save: SavedHere, bars: Float64Array): void {
    this.hasSlopes = true
    for (const [j, weight] of nonzero(denseWeights(this.#table.scheme, save.fraction, h, save.derivative))) {
      const { data, at } = this.slopes.of[j]
      for (let i = 0; i < this.#n; i++) data[at + i] += weight * bars[save.at + i]
    }
  }
}

/**
 *   k̄_i = h b_i ȳ₁ + h Σ_{j>i} a_ji Ȳ_j + (saves),   (Ȳ_i, p̄_i) = f⋆ at Y_i applied to k̄_i,
 *   ȳ = ȳ₁ + Σ Ȳ_i,   p̄ = Σ p̄_i
 *
 * @see Hager (2000), Numer. Math. 87, 247–282.
 */
export function explicitAdjoint(table: StageTable, f: FieldAt, bars: Bars): StepSweep {
  const { width, doubles: n } = f.field.state
  const { main, c, columns, b } = table
  const again = replay(table, f)
  const [stages, slope] = [stagesOf(table.count, width), { data: new Float64Array(width), at: 0 }]
  const saveBars = new SaveBars(table, width, n)
  const start = new Float64Array(n)
  const into = stages.of.map((y) => ({ y, p: bars.p }))
  return (at, saves, saved) => {
    start.fill(0)
    saveBars.take(at, saves, saved, { y: bars.y, start })
    const { hasSlopes } = saveBars
    if (hasSlopes && table.count > main) again.run(at, saves, saved)
    else again.states.locate(at)
    // Without saves inside, the slope at the end enters nothing, and the stages behind it neither.
    const last = hasSlopes ? table.count - 1 : main - 2
    stages.data.fill(0)
    for (let stage = last; stage >= 0; stage--) {
      const given = hasSlopes ? saveBars.slopes.of[stage] : undefined
      combined(slope, given, { stages, weights: columns[stage], factor: at.h }, n)
      for (let i = 0; i < n; i++) slope.data[i] += at.h * b[stage] * bars.y[i]
      f.vjp(stageTime(at, c[stage]), again.states.of[stage], slope, into[stage])
    }
    for (const { data, at: from } of stages.of) for (let i = 0; i < n; i++) start[i] += data[from + i]
    for (let i = 0; i < n; i++) bars.y[i] += start[i]
  }
}
