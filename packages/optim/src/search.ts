/** The frame of every search: evaluations, limits, progress, the best point. */
import { ArgumentError, type OnProgress, type Progress } from '@cad/core'
import { isConverged, type Ending } from './status.ts'
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

/** An evaluated point. */
export interface Point {
  readonly x: Float64Array
  /** The quantity that is being made small; may be NaN or infinite. */
  readonly value: number
  /** ‖∇ value‖; computed when first asked for. */
  readonly gradientNorm: number
  /** Why there are no numbers: what the function, or its derivative, threw for this point. */
  readonly failure?: Error | undefined
}

/** How points are made. */
export interface Evaluator<P extends Point> {
  readonly at: (x: Float64Array) => P
  /** What else must hold at the start, once it is known to be finite. */
  readonly requireStart: (start: P) => void
  /** The point where the function has failed. */
  readonly failedAt: (x: Float64Array, failure: Error) => P
}

/** Ends a search from inside an evaluation. */
class EndOfSearch extends Error {
  readonly ending: Ending

  constructor(ending: Ending) {
    super(ending.message)
    this.ending = ending
  }
}

/** What a method works with: it evaluates, accepts points, and asks before each iteration whether it may go on. */
export interface Search<P extends Point> {
  readonly start: P
  /** The usable point with the lowest value so far. */
  readonly best: () => P
  /** Evaluates the function; ends the search at a limit. */
  readonly evaluate: (x: Float64Array) => P
  /** Completes an iteration with this point; `step` is relative to the parameters. */
  readonly accept: (point: P, step: number) => void
  /** Ends the search if a limit is reached. */
  readonly beginIteration: () => void
}

/** What a method leaves behind. */
export interface Outcome<P extends Point> {
  readonly best: P
  readonly ending: Ending
  readonly converged: boolean
  readonly iterations: number
  readonly evaluations: number
  readonly seconds: number
  readonly history: readonly Progress[]
}

/** Whether value and gradient are numbers. */
export function isUsable(point: Point): boolean {
  return Number.isFinite(point.value) && Number.isFinite(point.gradientNorm)
}

/**
 * Runs a method from x0 and keeps the best point, whatever happens. An error of the function is thrown on at the first
 * point, and ends the search with status `failed` later.
 *
 * @throws ArgumentError if value or gradient at x0 is not finite.
 */
export function runSearch<P extends Point>(
  caller: string,
  { evaluator, limits }: { readonly evaluator: Evaluator<P>; readonly limits: Limits },
  x0: Float64Array,
  method: (search: Search<P>) => Ending,
): Outcome<P> {
  const book = new Logbook<P>(evaluator, limits)
  const start = book.evaluate(x0)
  requireUsable(caller, start)
  evaluator.requireStart(start)
  book.best = start
  const ending = endOf(book, () => {
    book.accept(start, 0)
    return method({
      start,
      best: () => book.best ?? start,
      evaluate: (x) => book.evaluate(x),
      accept: (point, step) => book.accept(point, step),
      beginIteration: () => book.beginIteration(),
    })
  })
  const { best, evaluations, history } = book
  return {
    best,
    ending,
    converged: isConverged(ending.status),
    iterations: Math.max(0, history.length - 1),
    evaluations,
    seconds: book.seconds(),
    history,
  }
}

function endOf<P extends Point>(book: Logbook<P>, body: () => Ending): Ending {
  try {
    return withFailure(body(), book.last)
  } catch (error) {
    if (error instanceof EndOfSearch) return error.ending
    if (book.evaluations <= 1) throw error
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { status: 'failed', message: `evaluation ${book.evaluations} failed: ${cause}`, error }
  }
}

/** Where nothing is finite around the best point, the failure of the last trial says why. */
function withFailure(ending: Ending, last: Point | undefined): Ending {
  if (ending.status !== 'nonFinite' || last?.failure === undefined) return ending
  const { name, message } = last.failure
  return { ...ending, message: `${ending.message}; the last trial failed: ${name}: ${message}`, error: last.failure }
}

function requireUsable(caller: string, start: Point): void {
  if (isUsable(start)) return
  const [what, found] = Number.isFinite(start.value)
    ? ['gradient', start.gradientNorm]
    : ['value of the function', start.value]
  throw new ArgumentError(
    `${caller}: the ${what} at the start must be finite, got ${found}. Start elsewhere, or check the function there.`,
  )
}

/** The state of one search: counts, time, history, and the best point so far. */
class Logbook<P extends Point> {
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
