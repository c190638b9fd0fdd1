import { ArgumentError, DtypeError, Tensor } from '@cad/core'
import { describeValue, valueOf } from '@cad/core/compiler'

/** The same tensor, if all its numbers are finite (or not known yet). */
export function requireFinite(name: string, x: Tensor): Tensor {
  const value = valueOf(x)
  if (value === undefined) return x
  const bad = value.data.findIndex((number) => !Number.isFinite(number))
  if (bad < 0) return x
  const element = x.dtype === 'complex128' ? Math.floor(bad / 2) : bad
  throw new ArgumentError(
    `solveIvp: ${name} must be finite, got ${value.data[bad]} in element ${element}. Check where it comes from.`,
  )
}

/** What TypeScript asks for, for callers without it. */
export function requireProblem(f: unknown, span: unknown): void {
  if (typeof f !== 'function') {
    throw new ArgumentError(
      `solveIvp: expected the right-hand side as a function (t, y, args) => dy/dt, got ${describeValue(f)}.`,
    )
  }
  if (!Array.isArray(span) || span.length !== 2) {
    throw new ArgumentError(`solveIvp: the span must be a list [t0, t1], got ${describeValue(span)}.`)
  }
}

/** The times of the saved states: given, or [t1]. */
export function requireTimes(
  [t0, t1]: readonly [number, number],
  saveAt: Tensor | readonly number[] | undefined,
): Float64Array {
  if (!isFiniteNumber(t0) || !isFiniteNumber(t1)) {
    throw new ArgumentError(
      `solveIvp: the span must be two finite numbers [t0, t1], got [${String(t0)}, ${String(t1)}]. Times are real constants; scale t to differentiate with respect to its end.`,
    )
  }
  if (saveAt === undefined) return Float64Array.of(t1)
  if (!(saveAt instanceof Tensor || Array.isArray(saveAt) || (saveAt as unknown) instanceof Float64Array)) {
    throw new DtypeError(
      `solveIvp: saveAt must be a list of times, got ${describeValue(saveAt)}. For one time write [t].`,
    )
  }
  if (saveAt instanceof Tensor && (saveAt.isTraced || saveAt.dtype !== 'float64' || saveAt.shape.length !== 1)) {
    throw new DtypeError(`solveIvp: saveAt must be a list of real constant times, got ${String(saveAt)}.`)
  }
  const times = saveAt instanceof Tensor ? saveAt.data : Float64Array.from(saveAt)
  const direction = t1 < t0 ? -1 : 1
  let before = t0
  times.forEach((t, i) => {
    if (direction * (t - before) >= 0 && direction * (t1 - t) >= 0) before = t
    else {
      throw new ArgumentError(
        `solveIvp: saveAt must be sorted from t0 = ${t0} to t1 = ${t1} and lie inside, got ${t} at position ${i} after ${before}. Sort the times, or widen the span.`,
      )
    }
  })
  return times
}

const isFiniteNumber = (t: unknown): t is number => typeof t === 'number' && Number.isFinite(t)
