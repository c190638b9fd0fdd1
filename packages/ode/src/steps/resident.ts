/** The steps of an explicit method where they are compiled: what `explicit.ts` does, with all numbers in the kernel memory. */
import { kernelMemory } from '@cad/kernels'
import type { ResidentSteps, User } from '../compile/resident-steps.ts'
import type { Tolerances } from '../control/error-norm.ts'
import { initialStep } from '../control/initial-step.ts'
import type { FieldAt, Vector } from '../field.ts'
import type { AdjointSweep, Bars, SavedHere, StepPlace, Target, Walk } from '../methods/stepper.ts'
import { denseWeights, orderOfEstimate } from '../methods/tableau.ts'
import { interpolated, scaledError } from './explicit.ts'
import { combined, isInside, nonzero, stageTime, type Stages } from './stages.ts'

/** Below this, squares of tolerances may be no numbers any more, without a sign of it. */
const smallestSafe = 1e-150

/** Vectors that stand one after the other in the kernel memory; to be used before it grows. */
function stagesAt(address: number, count: number, width: number): Stages {
  const data = kernelMemory.float64()
  return { data, of: Array.from({ length: count }, (_, i) => ({ data, at: address / 8 + i * width })) }
}

export class ResidentWalk implements Walk, User {
  evaluations = 0
  readonly f: FieldAt
  readonly #steps: ResidentSteps
  readonly #tolerances: Tolerances
  readonly #isCareful: boolean
  readonly #width: number
  readonly #n: number
  readonly #stride: number
  /** Where the step that was tried last stands, in bytes. */
  #address = 0
  /** 1 where the next step begins with the last slope of the one before it. */
  #continues = 0

  constructor(steps: ResidentSteps, f: FieldAt, tolerances: Tolerances) {
    const { width, doubles } = f.field.state
    const { atol } = tolerances
    this.f = f
    this.#steps = steps
    this.#tolerances = tolerances
    this.#width = width
    this.#n = doubles
    this.#stride = (steps.table.main - 1) * width
    const isSmall = (x: number): boolean => x > 0 && x < smallestSafe
    this.#isCareful = typeof atol === 'number' ? isSmall(atol) : atol.some(isSmall)
  }

  get target(): Target {
    return this.#steps.isHosted ? this.f.target : { target: 'wasm' }
  }

  leave(): void {}

  restart(at: StepPlace): boolean {
    this.#begin(at)
    this.evaluations++
    const { slopes } = this.#steps.bench
    return kernelMemory.float64().subarray(slopes / 8, slopes / 8 + this.#n).every(Number.isFinite) // prettier-ignore
  }

  firstStep(at: StepPlace, span: number): number {
    const { scheme } = this.#steps.table
    const { bench, forwards } = this.#steps
    const memory = kernelMemory.float64()
    const read = (from: number): Float64Array => memory.slice(from, from + this.#n)
    this.evaluations++
    return initialStep(
      (h, y) => {
        kernelMemory.float64().set(y, bench.block / 8)
        forwards.functions.value(
          stageTime({ t: at.t, h, earliest: at.earliest, latest: at.latest }, 1),
          bench.block,
          bench.evaluated,
        )
        return kernelMemory.float64().slice(bench.evaluated / 8, bench.evaluated / 8 + this.#n)
      },
      { y0: at.data.slice(at.base, at.base + this.#n), f0: read(bench.slopes / 8), layout: this.f.field.state },
      { span, errorOrder: orderOfEstimate(scheme) ?? scheme.order, tolerances: this.#tolerances },
    )
  }

  attempt(at: StepPlace): number {
    const steps = this.#steps
    if (steps.user !== this) this.#begin(at)
    const { data } = at
    const isHere = data === kernelMemory.float64()
    const address = isHere ? 8 * at.base : steps.addressOf(at, this.#width)
    this.#address = address
    const { step } = steps.forwards.functions
    const error = step(at.t, at.h, address, at.earliest, at.latest, this.#continues)
    this.#continues = 0
    this.evaluations += steps.table.main - 1
    if (!isHere) this.#copyOut(at)
    return error < Infinity && !this.#isCareful ? error : this.#carefulError(at.h)
  }

  save(at: StepPlace, saves: readonly SavedHere[], saved: Float64Array): void {
    const { table, bench, forwards } = this.#steps
    const { main, count, c, rows } = table
    if (!saves.some(isInside)) {
      for (const save of saves) this.#saveEnd(save, saved)
      return
    }
    for (let stage = main; stage < count; stage++) {
      const [slopes, states] = [stagesAt(bench.slopes, count, this.#width), this.#states()]
      combined(states[stage], states[0], { stages: slopes, weights: rows[stage], factor: at.h }, this.#n)
      const out = bench.slopes + 8 * stage * this.#width
      forwards.functions.value(stageTime(at, c[stage]), 8 * states[stage].at, out)
      this.evaluations++
    }
    const slopes = stagesAt(bench.slopes, count, this.#width)
    interpolated(table, { h: at.h, states: this.#states(), slopes, n: this.#n }, saves, saved)
  }

  /** A state that is an end of the step that was tried last. */
  #saveEnd({ fraction, at }: SavedHere, saved: Float64Array): void {
    const memory = kernelMemory.float64()
    const from = this.#address / 8 + (fraction === 1 ? this.#stride : 0)
    for (let i = 0; i < this.#n; i++) saved[at + i] = memory[from + i]
  }

  accept(): void {
    this.#continues = 1
  }

  /** At the bench, with the slope at the start of this step. */
  #begin(at: StepPlace): void {
    const steps = this.#steps
    steps.claim(this)
    const { functions } = steps.forwards
    steps.setTolerances(this.#tolerances)
    this.#continues = 0
    functions.value(stageTime(at, 0), steps.addressOf(at, this.#width), steps.bench.slopes)
  }

  #copyOut({ data, base }: StepPlace): void {
    const from = this.#steps.bench.block / 8
    data.set(kernelMemory.float64().subarray(from + this.#width, from + this.#width + this.#stride), base + this.#width)
  }

  /** All stages of the step that was tried last, and those of the interpolant. */
  #states(): readonly Vector[] {
    const { table, bench } = this.#steps
    const own = stagesAt(this.#address, table.main, this.#width).of
    return [...own, ...stagesAt(bench.extra, table.count - table.main, this.#width).of]
  }

  /** The reference of the norm: for scales that no square can hold, and errors of 0 over a scale of 0. */
  #carefulError(h: number): number {
    const { table, bench } = this.#steps
    const slopes = stagesAt(bench.slopes, table.count, this.#width)
    const step = { h, states: this.#states(), slopes, n: this.#n }
    return scaledError(table, this.f.field.state, this.#tolerances, step)
  }
}

export class ResidentAdjoint implements AdjointSweep, User {
  readonly f: FieldAt
  readonly #steps: ResidentSteps
  readonly #bars: Bars
  readonly #n: number
  readonly #width: number
  readonly #doubles: number
  readonly #start: Float64Array

  constructor(steps: ResidentSteps, f: FieldAt, bars: Bars) {
    const { width, doubles } = f.field.state
    this.f = f
    this.#steps = steps
    this.#bars = bars
    this.#n = doubles
    this.#width = width
    this.#doubles = steps.table.main * width
    this.#start = new Float64Array(doubles)
  }

  step(at: StepPlace, saves: readonly SavedHere[], saved: Float64Array): void {
    const steps = this.#steps
    if (steps.user !== this) this.#enter()
    const address = steps.addressOf(at, this.#doubles)
    const { functions } = steps.backwards
    if (saves.length === 0) return void functions.back(at.t, at.h, address, at.earliest, at.latest)
    const hasInside = this.#takeSaves(at, saves, saved)
    if (hasInside) this.#extend(at, address)
    functions[hasInside ? 'backThroughSaves' : 'back'](at.t, at.h, address, at.earliest, at.latest)
    this.#add(steps.bench.y / 8, this.#start, 0)
  }

  end(): void {
    if (this.#steps.user !== this) this.#enter()
    this.leave()
  }

  /** The cotangents, from the bench to where they are asked for. */
  leave(): void {
    const { y, g } = this.#steps.bench
    const memory = kernelMemory.float64()
    this.#bars.y.set(memory.subarray(y / 8, y / 8 + this.#n))
    for (let i = 0; i < this.#bars.p.length; i++) this.#bars.p[i] += memory[g / 8 + i]
    memory.fill(0, g / 8, g / 8 + this.#bars.p.length)
  }

  #enter(): void {
    this.#steps.claim(this)
    const { bench } = this.#steps
    const memory = kernelMemory.float64()
    memory.set(this.#bars.y, bench.y / 8)
    memory.fill(0, bench.g / 8, bench.g / 8 + this.#bars.p.length)
  }

  /** Cotangents of saves: to the end state now, to the start state after the step, and to slopes; whether there are any of these. */
  #takeSaves({ h }: StepPlace, saves: readonly SavedHere[], saved: Float64Array): boolean {
    const { bench, table } = this.#steps
    const memory = kernelMemory.float64()
    const hasInside = saves.some(isInside)
    if (hasInside) memory.fill(0, bench.saveBars / 8, bench.saveBars / 8 + table.count * this.#width)
    this.#start.fill(0)
    for (const save of saves) {
      if (isInside(save)) {
        for (const [j, weight] of nonzero(denseWeights(table.scheme, save.fraction, h, save.derivative))) {
          const to = bench.saveBars / 8 + j * this.#width
          for (let i = 0; i < this.#n; i++) memory[to + i] += weight * saved[save.at + i]
        }
      }
      if (save.derivative > 0) continue
      if (save.fraction === 1) this.#add(bench.y / 8, saved, save.at)
      else for (let i = 0; i < this.#n; i++) this.#start[i] += saved[save.at + i]
    }
    return hasInside
  }

  /** The stages of the interpolant, from all slopes of the step again. */
  #extend(at: StepPlace, address: number): void {
    const { table, bench, forwards } = this.#steps
    const { main, count, c, rows } = table
    if (count === main) return
    const vector = 8 * this.#width
    for (let stage = 0; stage < count; stage++) {
      const state = stage < main ? address + stage * vector : bench.extra + (stage - main) * vector
      if (stage >= main) {
        const slopes = stagesAt(bench.slopes, count, this.#width)
        const [to, from] = [state, address].map((x) => ({ data: slopes.data, at: x / 8 }))
        combined(to, from, { stages: slopes, weights: rows[stage], factor: at.h }, this.#n)
      }
      forwards.functions.value(stageTime(at, c[stage]), state, bench.slopes + stage * vector)
    }
  }

  #add(to: number, from: Float64Array, start: number): void {
    const memory = kernelMemory.float64()
    for (let i = 0; i < this.#n; i++) memory[to + i] += from[start + i]
  }
}

/** A sweep of the host over steps that may stand in the kernel memory, which its programs may move: it gets a copy of each. */
export function onHost<S extends (at: StepPlace, ...rest: never[]) => void>(doubles: number, sweep: S): S {
  const copy = new Float64Array(doubles)
  const run = (at: StepPlace, ...rest: never[]): void => {
    copy.set(at.data.subarray(at.base, at.base + doubles))
    sweep({ t: at.t, h: at.h, earliest: at.earliest, latest: at.latest, data: copy, base: 0 }, ...rest)
  }
  return run as S
}
