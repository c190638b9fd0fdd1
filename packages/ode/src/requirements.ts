import {
  ArgumentError,
  concat,
  DtypeError,
  NotFiniteError,
  reshape,
  slice,
  Tensor,
  tensor,
  toTensor,
  type TensorLike,
} from '@cad/core'
import { describeValue, showType, valueOf } from '@cad/core/compiler'
import type { Kind } from './field.ts'
import { ulp } from './integrate.ts'
import type { Method } from './methods/method.ts'

/** The same tensor, if all its numbers are finite (or not known yet). */
export function requireFinite(name: string, x: Tensor): Tensor {
  const value = valueOf(x)
  if (value === undefined) return x
  const bad = value.data.findIndex((number) => !Number.isFinite(number))
  if (bad < 0) return x
  const element = x.dtype === 'complex128' ? Math.floor(bad / 2) : bad
  throw new NotFiniteError(
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
  const bad = span.find((t) => typeof t !== 'number' && !(t instanceof Tensor))
  if (bad !== undefined) {
    throw new ArgumentError(`solveIvp: the span must be two real numbers [t0, t1], got ${describeValue(bad)} in it.`)
  }
}

/** A method that is none, or that solves other kinds of problems. */
export function requireMethod(method: Method, kind: Kind): void {
  const isMethod = typeof method === 'object' && method !== null && typeof method.prepare === 'function'
  if (!isMethod || !Array.isArray(method.kinds)) {
    throw new ArgumentError(
      `solveIvp: the method must be one such as tsit5, got ${describeValue(method)}. ` +
        'Import it from @cad/ode, or make one of a tableau by explicitMethod.',
    )
  }
  if (method.kinds.includes(kind)) return
  throw new ArgumentError(
    `solveIvp: ${method.name} solves ${method.kinds.join(' or ')} problems, got a ${kind} one. ` +
      'Use a method for it, such as tsit5, or state the problem in the form that the method needs.',
  )
}

/** Times that may be differentiated: numbers and traced scalars, one after the other. */
export function timesOf(name: string, times: unknown): Tensor {
  const isList = times instanceof Tensor || Array.isArray(times) || times instanceof Float64Array
  if (!isList) {
    throw new DtypeError(
      `solveIvp: ${name} must be a list of times, got ${describeValue(times)}. For one time write [t].`,
    )
  }
  if (times instanceof Float64Array) return tensor(times)
  if (Array.isArray(times) && times.every((t) => typeof t === 'number')) return tensor(Float64Array.from(times))
  const parts = times instanceof Tensor ? [times] : times.map((t) => toTensor(t as TensorLike, 'solveIvp'))
  const isScalar = !(times instanceof Tensor)
  const bad = parts.find(({ dtype, shape }) => dtype !== 'float64' || shape.length !== (isScalar ? 0 : 1))
  if (bad !== undefined) {
    throw new DtypeError(`solveIvp: ${name} must be a list of real times, got ${showType(bad)} in it.`)
  }
  if (!isScalar) return parts[0]
  if (parts.every((part) => !part.isTraced)) return tensor(Float64Array.from(parts, (part) => part.data[0]))
  return concat(parts.map((part) => reshape(part, [1])))
}

/** The end of the span, where nothing else is to be saved. */
export const lastOf = (times: Tensor): Tensor => {
  const value = valueOf(times)
  return value === undefined || times.isTraced
    ? slice(times, { start: times.shape[0] - 1 })
    : tensor(value.data.slice(-1))
}

/** Times of a solve as they must be when it runs: ordered from t0 to t1, switches strictly between them. */
export function requireTimes(
  times: Float64Array,
  saveAt: Float64Array,
): { readonly times: Float64Array; readonly saveAt: Float64Array } {
  const [t0, t1] = [times[0], times[times.length - 1]]
  if (!Number.isFinite(t0) || !Number.isFinite(t1)) {
    throw new NotFiniteError(`solveIvp: the span must be two finite numbers [t0, t1], got [${t0}, ${t1}].`)
  }
  const direction = t1 < t0 ? -1 : 1
  if (t0 !== t1 && Math.abs(t1 - t0) < 100 * Math.max(ulp(t0), ulp(t1))) {
    throw new ArgumentError(
      `solveIvp: the span [${t0}, ${t1}] is so short beside its times that no steps fit in between. Count time from a moment in or near it.`,
    )
  }
  for (let i = 1; i < times.length - 1; i++) {
    if (direction * (times[i] - times[i - 1]) > 0 && direction * (t1 - times[i]) > 0) continue
    throw new ArgumentError(
      `solveIvp: switchTimes must be sorted from t0 = ${t0} to t1 = ${t1}, lie strictly between them and differ, got ${times[i]} at position ${i - 1} after ${times[i - 1]}. ` +
        'Sort them, leave out those outside, or widen the span.',
    )
  }
  return { times, saveAt: requireSaves(saveAt, t0, t1) }
}

/** Sorted times inside the span; what is outside by a rounding is meant to be its end. */
function requireSaves(saveAt: Float64Array, t0: number, t1: number): Float64Array {
  const direction = t1 < t0 ? -1 : 1
  const rounding = 4 * Math.max(ulp(t0), ulp(t1))
  const inside = new Float64Array(saveAt.length)
  let before = t0
  saveAt.forEach((t, i) => {
    // Written so that NaN is outside.
    if (!(direction * (t - before) >= -rounding && direction * (t1 - t) >= -rounding)) {
      throw new ArgumentError(
        `solveIvp: saveAt must be sorted from t0 = ${t0} to t1 = ${t1} and lie inside, got ${t} at position ${i} after ${before}. Sort the times, or widen the span.`,
      )
    }
    before = direction > 0 ? Math.min(Math.max(t, before), t1) : Math.max(Math.min(t, before), t1)
    inside[i] = before
  })
  return inside
}
