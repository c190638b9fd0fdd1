import type { StepPlace, StepTimes } from './methods/stepper.ts'

/** Steps from one restart to the next: f is smooth between its ends, and is evaluated between `earliest` and `latest` alone. */
export interface Segment {
  readonly t0: number
  readonly t1: number
  readonly earliest: number
  readonly latest: number
  /** Number of its first step, and where that begins. */
  readonly first: number
  readonly base: number
  steps: number
}

/** Numbers that steps are written into. Growing may move them: `data` is read anew each time. */
export interface StepMemory {
  readonly data: Float64Array
  /** Index of the first of them. */
  readonly start: number
  /** Makes room for so many doubles, and keeps the first `kept`. */
  readonly grow: (doubles: number, kept: number) => void
  readonly capacity: number
  /** How many of them hold steps. */
  used: number
  /** Whether a sweep has read them: they are then less likely to be needed once more. */
  isSwept: boolean
  /** Whether they were dropped. */
  readonly isLost: boolean
  /** No more steps are written. */
  readonly finish: () => void
}

export class HostMemory implements StepMemory {
  data: Float64Array = new Float64Array(0)
  readonly start = 0
  used = 0
  isSwept = false
  readonly isLost = false
  readonly finish = (): void => undefined

  get capacity(): number {
    return this.data.length
  }

  readonly grow = (doubles: number, kept: number): void => {
    this.data = grown(this.data, doubles, kept)
  }
}

/** What is kept of accepted steps: all that sweeps need, or nothing where no derivative can follow. */
export type Keeping = 'stages' | 'nothing'

/**
 * What an integration leaves behind: for every accepted step its start, its length, its start state and what the method left behind
 * that. The end state of a step is the start state of the next.
 */
export class Trajectory {
  readonly segments: Segment[] = []
  ts: Float64Array = new Float64Array(fewSteps)
  hs: Float64Array = new Float64Array(fewSteps)
  /** Accepted steps. */
  steps = 0
  #memory: StepMemory
  readonly #keeps: Keeping
  readonly #stride: number
  readonly #width: number
  /** Where the next step begins, counted from the start of the memory. */
  #tip = 0

  constructor(
    memory: StepMemory,
    { y0, width, stride, keeps }: { readonly y0: Float64Array; readonly width: number; readonly stride: number; readonly keeps: Keeping }, // prettier-ignore
  ) {
    this.#memory = memory
    this.#keeps = keeps
    this.#stride = stride
    this.#width = width
    this.reserve()
    memory.data.fill(0, memory.start, memory.start + width)
    memory.data.set(y0, memory.start)
  }

  /** From here on the steps belong to a new segment. */
  begin(segment: Pick<Segment, 't0' | 't1' | 'earliest' | 'latest'>): void {
    this.segments.push({ ...segment, first: this.steps, base: this.#tip, steps: 0 })
  }

  /** Makes room for one more step; called before the step is taken. */
  reserve(): void {
    if (this.steps === this.ts.length) {
      this.ts = grown(this.ts, 2 * this.steps, this.steps)
      this.hs = grown(this.hs, 2 * this.steps, this.steps)
    }
    const needed = this.#tip + this.#stride + this.#width
    const { capacity } = this.#memory
    if (needed <= capacity) return
    const generous = this.#keeps === 'nothing' ? needed : Math.max((capacity < plenty ? 4 : 2) * capacity, needed)
    this.#memory.grow(
      Math.max(generous, this.#keeps === 'nothing' ? 0 : fewSteps * this.#stride),
      this.#tip + this.#width,
    )
  }

  /** A step that begins at the last accepted state. */
  next(t: number, h: number): StepPlace {
    const { earliest, latest } = this.segments[this.segments.length - 1]
    return new Place(this.#memory, this.#tip, { t, h, earliest, latest })
  }

  /** Keeps the step that was just written. */
  accept(t: number, h: number): void {
    this.segments[this.segments.length - 1].steps++
    if (this.#keeps === 'nothing') {
      const { data, start } = this.#memory
      data.copyWithin(start, start + this.#stride, start + this.#stride + this.#width)
      this.steps++
      return
    }
    this.ts[this.steps] = t
    this.hs[this.steps] = h
    this.steps++
    this.#tip += this.#stride
    this.#memory.used = this.#tip + this.#width
  }

  /** Sweeps read the steps now; where they were dropped, `again` writes them once more, into memory of the host. */
  beginSweep(again: (write: (segment: Segment, step: number) => StepPlace) => void): void {
    this.#memory.isSwept = true
    if (!this.#memory.isLost) return
    const memory = new HostMemory()
    memory.grow(this.#tip + this.#width, 0)
    this.#memory = memory
    again((segment, step) => this.at(segment, step))
  }

  /** Step number `step` of all, which is in this segment; at its times, or at others. */
  at(segment: Segment, step: number, times: StepTimes = this.timesOf(segment, step)): StepPlace {
    return new Place(this.#memory, segment.base + (step - segment.first) * this.#stride, times)
  }

  timesOf({ earliest, latest }: Segment, step: number): StepTimes {
    return { t: this.ts[step], h: this.hs[step], earliest, latest }
  }

  /** The state after the last accepted step. */
  lastState(doubles: number): Float64Array {
    const { data, start } = this.#memory
    return data.slice(start + this.#tip, start + this.#tip + doubles)
  }

  get bytes(): number {
    return this.#keeps === 'nothing' ? 0 : 8 * (this.#tip + this.#width + 2 * this.steps)
  }
}

class Place implements StepPlace {
  readonly t: number
  readonly h: number
  readonly earliest: number
  readonly latest: number
  readonly #memory: StepMemory
  readonly #offset: number

  constructor(memory: StepMemory, offset: number, { t, h, earliest, latest }: StepTimes) {
    this.#memory = memory
    this.#offset = offset
    this.t = t
    this.h = h
    this.earliest = earliest
    this.latest = latest
  }

  get data(): Float64Array {
    return this.#memory.data
  }

  get base(): number {
    return this.#memory.start + this.#offset
  }
}

/** Room for so many steps at first. */
const fewSteps = 64

/** From half a megabyte on memory counts more than the copies that growing faster saves. */
const plenty = 2 ** 16

function grown(array: Float64Array, length: number, kept: number): Float64Array {
  const larger = new Float64Array(length)
  larger.set(array.subarray(0, kept))
  return larger
}
