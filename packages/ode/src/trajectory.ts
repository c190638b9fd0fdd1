/**
 * What an integration leaves behind, on flat arrays that grow: for every accepted step its start, its length and the states
 * of its stages. Stage i of step n starts at `stageAt(n, i)`; the last stage of a step is the first of the next.
 */
export class Trajectory {
  /** Numbers in a state. */
  readonly n: number
  readonly stages: number
  states: Float64Array
  ts: Float64Array
  hs: Float64Array
  /** Accepted steps. */
  steps = 0

  constructor(n: number, stages: number, y0: Float64Array) {
    this.n = n
    this.stages = stages
    const capacity = 64
    this.ts = new Float64Array(capacity)
    this.hs = new Float64Array(capacity)
    this.states = new Float64Array(capacity * this.stride + n)
    this.states.set(y0)
  }

  /** Numbers from one step to the next. */
  get stride(): number {
    return (this.stages - 1) * this.n
  }

  stageAt(step: number, stage: number): number {
    return step * this.stride + stage * this.n
  }

  /** Makes room for one more step; called before the step is taken. */
  reserve(): void {
    if (this.steps < this.ts.length) return
    const capacity = (this.states.length < plenty ? 4 : 2) * this.steps
    this.ts = grown(this.ts, capacity)
    this.hs = grown(this.hs, capacity)
    this.states = grown(this.states, capacity * this.stride + this.n)
  }

  /** Keeps the step whose stages were just written. */
  accept(t: number, h: number): void {
    this.ts[this.steps] = t
    this.hs[this.steps] = h
    this.steps++
  }

  /** The state after the last accepted step. */
  get lastState(): Float64Array {
    const at = this.stageAt(this.steps, 0)
    return this.states.slice(at, at + this.n)
  }

  get bytes(): number {
    return 8 * (this.steps * (this.stride + 2) + this.n)
  }
}

/** From half a megabyte on memory counts more than the copies that growing faster saves. */
const plenty = 2 ** 16

function grown(array: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length)
  larger.set(array.subarray(0, Math.min(array.length, length)))
  return larger
}
