import { denseWeights, type Scheme } from './methods/tableau.ts'
import type { Trajectory } from './trajectory.ts'

/** A time at which the state was saved: `fraction` of the way through step `step`. */
export interface SavedPoint {
  readonly step: number
  readonly fraction: number
}

/** Collects the states at the wanted times while an integration passes them, from the method's interpolant. */
export class Saver {
  readonly #scheme: Scheme
  readonly #times: Float64Array
  readonly #direction: number
  readonly #states: Float64Array
  readonly points: SavedPoint[] = []

  constructor(scheme: Scheme, times: Float64Array, n: number, direction: number) {
    this.#scheme = scheme
    this.#times = times
    this.#direction = direction
    this.#states = new Float64Array(times.length * n)
  }

  /** The saved states, one after the other, as far as they were reached. */
  states(n: number): Float64Array {
    return this.#states.subarray(0, this.points.length * n)
  }

  /** Saves the times that are the start itself. */
  atStart(t0: number, y0: Float64Array): void {
    while (this.points.length < this.#times.length && this.#times[this.points.length] === t0) {
      this.#states.set(y0, this.points.length * y0.length)
      this.points.push({ step: 0, fraction: 0 })
    }
  }

  /** Saves what lies inside the last accepted step, whose slopes are given; all that remains if it is the very last one. */
  afterStep(trajectory: Trajectory, slopes: Float64Array, isLast: boolean): void {
    const { n } = trajectory
    const step = trajectory.steps - 1
    const [t, h] = [trajectory.ts[step], trajectory.hs[step]]
    const base = trajectory.stageAt(step, 0)
    while (this.points.length < this.#times.length) {
      const wanted = this.#times[this.points.length]
      if (!isLast && this.#direction * (wanted - (t + h)) > 0) return
      const fraction = Math.min(1, (wanted - t) / h)
      const weights = denseWeights(this.#scheme, fraction)
      const at = this.points.length * n
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let j = 0; j < weights.length; j++) sum += weights[j] * slopes[j * n + i]
        this.#states[at + i] = trajectory.states[base + i] + h * sum
      }
      this.points.push({ step, fraction })
    }
  }
}
