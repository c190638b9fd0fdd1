import type { SavedHere, StepPlace } from './methods/stepper.ts'
import type { Segment } from './trajectory.ts'

/** A time at which the state was saved: `fraction` of the way through step `step`, which is in segment `segment`. */
export interface SavedPoint {
  readonly segment: number
  readonly step: number
  readonly fraction: number
}

/** Finds the wanted times in the steps as an integration passes them. */
export class Saver {
  readonly points: SavedPoint[] = []
  /** The saved states, one after the other. */
  readonly rows: Float64Array
  readonly #times: Float64Array
  readonly #direction: number
  readonly #doubles: number

  constructor(times: Float64Array, doubles: number, direction: number) {
    this.#times = times
    this.#doubles = doubles
    this.#direction = direction
    this.rows = new Float64Array(times.length * doubles)
  }

  /** Those that were reached. */
  get reached(): Float64Array {
    return this.rows.subarray(0, this.points.length * this.#doubles)
  }

  /** Saves the times that are the start itself. */
  atStart(t0: number, y0: Float64Array): void {
    while (this.points.length < this.#times.length && this.#times[this.points.length] === t0) {
      this.rows.set(y0, this.points.length * this.#doubles)
      this.points.push({ segment: 0, step: 0, fraction: 0 })
    }
  }

  /** Whether something is to be saved in a step that ends here. */
  isDue(end: number, isVeryLast: boolean): boolean {
    const next = this.points.length
    return next < this.#times.length && (isVeryLast || this.#direction * (this.#times[next] - end) <= 0)
  }

  /** What lies inside this step; the last one of a segment ends where that does, and the last one of all takes all that remains. */
  inside(
    { t, h }: StepPlace,
    { step, segment, isLast, isVeryLast }: { readonly step: number; readonly segment: number; readonly isLast: boolean; readonly isVeryLast: boolean }, // prettier-ignore
    { t1 }: Segment,
  ): SavedHere[] {
    const found: SavedHere[] = []
    const end = isLast ? t1 : t + h
    while (this.isDue(end, isVeryLast)) {
      const wanted = this.#times[this.points.length]
      const fraction = isLast && wanted === t1 ? 1 : Math.min(1, (wanted - t) / h)
      found.push({ fraction, derivative: 0, at: this.points.length * this.#doubles })
      this.points.push({ segment, step, fraction })
    }
    return found
  }
}
