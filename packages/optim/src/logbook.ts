import type { OnProgress, Progress } from '@cad/core'
import { isUsable, type Evaluator, type Point } from './point.ts'
import type { Ending } from './status.ts'
import { attempt } from './trial-point.ts'

/** Bounds on the work of a search, and who is told of it. */
export interface Limits {
  /** The search ends where the value is at most this. */
  readonly target: number
  readonly maxIterations: number
  /** Runs of the function with its derivative. */
  readonly maxEvaluations: number
  /** In seconds, looked at between evaluations. */
  readonly timeLimit: number
  /** Called at the start (iteration 0) and after each iteration; `false` ends the search at its best point. */
  readonly onProgress?: OnProgress
}

/** Ends a search from inside an evaluation. */
export class EndOfSearch extends Error {
  readonly ending: Ending

  constructor(ending: Ending) {
    super(ending.message)
    this.ending = ending
  }
}

/** The state of one search: counts, time, history, and the best point so far. */
export class Logbook<P extends Point> {
  best: P | undefined
  /** The last point that was evaluated. */
  last: P | undefined
  evaluations = 0
  readonly history: Progress[] = []
  readonly #evaluator: Evaluator<P>
  readonly #limits: Limits
  readonly #begin = performance.now()

  constructor(evaluator: Evaluator<P>, limits: Limits) {
    this.#evaluator = evaluator
    this.#limits = limits
  }

  seconds(): number {
    return (performance.now() - this.#begin) / 1000
  }

  evaluate(x: Float64Array): P {
    const { maxEvaluations } = this.#limits
    if (this.evaluations >= maxEvaluations) end('evaluations', `the limit of ${maxEvaluations} evaluations is reached`)
    if (this.evaluations > 0) this.#checkTime()
    this.evaluations++
    const { at, failedAt } = this.#evaluator
    // The start must have numbers, or say why not; a trial point that fails is one without.
    const point =
      this.last === undefined
        ? at(x)
        : attempt(
            () => at(x),
            (failure) => failedAt(x, failure),
          )
    this.last = point
    if (this.best !== undefined && point.value < this.best.value && isUsable(point)) this.best = point
    return point
  }

  accept(point: P, step: number): void {
    // A converged point may lie above the best by rounding, and has the smaller gradient.
    const rounding = 8 * Number.EPSILON * Math.abs(point.value)
    if (this.best === undefined || point.value - this.best.value <= rounding) this.best = point
    const progress: Progress = {
      iteration: this.history.length,
      loss: point.value,
      gradientNorm: point.gradientNorm,
      step,
      evaluations: this.evaluations,
      seconds: this.seconds(),
    }
    this.history.push(progress)
    const { target, onProgress } = this.#limits
    const goesOn = onProgress?.(progress)
    if (point.value <= target) end('target', `the target of ${target} is reached: ${point.value}`)
    if (goesOn === false) end('stopped', 'the progress callback returned false')
  }

  beginIteration(): void {
    const { maxIterations } = this.#limits
    if (this.history.length > maxIterations) end('iterations', `the limit of ${maxIterations} iterations is reached`)
    this.#checkTime()
  }

  #checkTime(): void {
    const { timeLimit } = this.#limits
    if (this.seconds() >= timeLimit) end('timeLimit', `the time limit of ${timeLimit} s is reached`)
  }
}

function end(status: Ending['status'], message: string): never {
  throw new EndOfSearch({ status, message })
}
