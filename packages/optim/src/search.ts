/** The frame of every search. */
import { ArgumentError, type Progress } from '@cad/core'
import { EndOfSearch, Logbook, type Limits } from './logbook.ts'
import { isUsable, type Evaluator, type Point } from './point.ts'
import { isConverged, type Ending } from './status.ts'

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
