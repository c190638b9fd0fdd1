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
  grow(doubles: number, kept: number): void
  readonly capacity: number
  /** About as many steps as the last solve here has taken. */
  readonly expectedSteps: number
  /** How many of them hold steps. */
  used: number
  /** Whether a sweep has read them: they are then less likely to be needed once more. */
  isSwept: boolean
  /** Whether they were dropped. */
  readonly isLost: boolean
  /** No more steps are written; there were so many. */
  finish(steps: number): void
}

export class HostMemory implements StepMemory {
  data: Float64Array = new Float64Array(0)
  readonly start = 0
  readonly expectedSteps = 0
  used = 0
  isSwept = false
  readonly isLost = false
  finish(): void {}

  get capacity(): number {
    return this.data.length
  }

  grow(doubles: number, kept: number): void {
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
  /** Start and length of every step. */
  #times: Float64Array = new Float64Array(0)
  /** Accepted steps. */
  steps = 0
  #memory: StepMemory
  readonly #keeps: Keeping
  readonly #stride: number
  readonly #width: number
  /** Where the next step begins, counted from the start of the memory. */
  #tip = 0
  /** So many steps fit. */
  #mostSteps = 0
  #segment: Segment | undefined
  #next: Place | undefined

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
    const { t0, t1, earliest, latest } = segment
    this.#segment = { t0, t1, earliest, latest, first: this.steps, base: this.#tip, steps: 0 }
    this.segments.push(this.#segment)
    this.#next = new Place(this.#memory, segment)
  }

  /** Makes room for one more step; called before the step is taken. */
  reserve(): void {
    if (this.steps >= this.#mostSteps) this.#grow()
  }

  #grow(): void {
    const memory = this.#memory
    const [isKept, needed] = [this.#keeps !== 'nothing', this.#tip + this.#stride + this.#width]
    const larger = (memory.capacity < plenty ? 4 : 2) * memory.capacity
    if (needed > memory.capacity) {
      memory.grow(isKept ? Math.max(larger, fewSteps * this.#stride, needed) : needed, this.#tip + this.#width)
    }
    if (!isKept) {
      this.#mostSteps = Infinity
      return
    }
    const fitting = Math.floor((memory.capacity - this.#width) / Math.max(1, this.#stride))
    if (2 * this.steps === this.#times.length) {
      const length = Math.max(fewSteps, Math.min(fitting, Math.max(memory.expectedSteps, 2 * this.steps)))
      this.#times = grown(this.#times, 2 * length, 2 * this.steps)
    }
    this.#mostSteps = Math.min(this.#times.length / 2, fitting)
  }

  /** A step that begins at the last accepted state; valid until the next one. */
  next(t: number, h: number): StepPlace {
    return this.#next!.moved(this.#tip, t, h)
  }

  /** Keeps the step that was just written. */
  accept(t: number, h: number): void {
    this.#segment!.steps++
    if (this.#keeps === 'nothing') {
      const { data, start } = this.#memory
      const end = start + this.#stride
      for (let i = 0; i < this.#width; i++) data[start + i] = data[end + i] // copyWithin costs more than small states
      this.steps++
      return
    }
    this.#times[2 * this.steps] = t
    this.#times[2 * this.steps + 1] = h
    this.steps++
    this.#tip += this.#stride
    this.#memory.used = this.#tip + this.#width
  }

  /** Sweeps read the steps now; where they were dropped, `again` writes them once more, into memory of the host. */
  beginSweep(again: () => void): void {
    this.#memory.isSwept = true
    if (!this.#memory.isLost) return
    const memory = new HostMemory()
    memory.grow(this.#tip + this.#width, 0)
    this.#memory = memory
    again()
  }

  /**
   * The steps of a segment, by their numbers among all; each is valid until the next is asked for. In fractions s of the segment, where
   * t = t0 + T s, or in time.
   */
  stepsOf(segment: Segment, inFractions: boolean): (step: number) => StepPlace {
    const { t0, t1, earliest, latest, first, base } = segment
    const [times, stride] = [this.#times, this.#stride]
    if (!inFractions) {
      const place = new Place(this.#memory, segment)
      return (step) => place.moved(base + (step - first) * stride, times[2 * step], times[2 * step + 1])
    }
    const T = t1 - t0
    const [a, b] = [earliest, latest].map((t) => (t - t0) / T)
    const place = new Place(this.#memory, { earliest: Math.min(a, b), latest: Math.max(a, b) })
    return (step) => place.moved(base + (step - first) * stride, (times[2 * step] - t0) / T, times[2 * step + 1] / T)
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

/** A step that moves along: one object serves a whole walk or sweep, each time until it is asked for the next step. */
class Place implements StepPlace {
  t = 0
  h = 0
  offset = 0
  readonly earliest: number
  readonly latest: number
  readonly #memory: StepMemory

  constructor(memory: StepMemory, { earliest, latest }: Pick<StepTimes, 'earliest' | 'latest'>) {
    this.#memory = memory
    this.earliest = earliest
    this.latest = latest
  }

  get data(): Float64Array {
    return this.#memory.data
  }

  get base(): number {
    return this.#memory.start + this.offset
  }

  moved(offset: number, t: number, h: number): StepPlace {
    this.offset = offset
    this.t = t
    this.h = h
    return this
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
