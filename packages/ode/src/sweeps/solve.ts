/** The derivatives of a whole solve, with respect to y0, parameters and times. */
import type { Recorded } from '../integrate.ts'
import { cotangents, interpolation, secondCotangents, secondTangents, tangents, type Along } from './passes.ts'
import {
  addPlaceBarChanges,
  addPlaceBars,
  movesOf,
  placesOf,
  withoutSegmentBars,
  withSegmentDots,
  type TimeDots,
} from './times.ts'
import { inFractions, inTime } from './view.ts'

/** A direction of all inputs of a solve, or cotangents of them; without times where these do not move. */
export interface SolveDots {
  readonly y0: Float64Array
  readonly p: Float64Array
  readonly times: TimeDots | undefined
}

const along = ({ y0, p, times }: SolveDots, segments: number): Along => ({
  y0,
  p: times === undefined ? Array.from({ length: segments }, () => p) : withSegmentDots(p, times.times),
})

/** Adds Σ_k factor_k[i] · part number k of `parts` to every row. */
function addRows(rows: Float64Array, parts: readonly (readonly [Float64Array, Float64Array])[], doubles: number): void {
  for (const [factors, values] of parts)
    for (let i = 0; i < factors.length; i++)
      for (let j = 0; j < doubles; j++) rows[i * doubles + j] += factors[i] * values[i * doubles + j]
}

/** ⟨a, b⟩ of every row. */
function innerRows(a: Float64Array, b: Float64Array, count: number): Float64Array {
  const doubles = count === 0 ? 0 : b.length / count
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0
    for (let j = i * doubles; j < (i + 1) * doubles; j++) sum += a[j] * b[j]
    return sum
  })
}

const halves = (all: Float64Array): readonly [Float64Array, Float64Array] => [
  all.subarray(0, all.length / 2),
  all.subarray(all.length / 2),
]

/** Tangents of the saved states. */
export function solveTangent(record: Recorded, v: SolveDots): Float64Array {
  const segments = record.trajectory.segments.length
  if (v.times === undefined) return tangents(record, inTime(record), [0], along(v, segments))
  const view = inFractions(record)
  const rows = tangents(record, view, [0], along(v, segments))
  const { ds } = movesOf(placesOf(record), v.times)
  addRows(rows, [[ds, interpolation(record, view, [1])]], view.doubles)
  return rows
}

/** Cotangents of all inputs, for cotangents of the saved states; of times only if they move. */
export function solveAdjoint(record: Recorded, saved: Float64Array, timesMove: boolean): SolveDots {
  const parameters = record.problem.f.field.parameters.doubles
  if (!timesMove) {
    const { y0, p } = cotangents(record, inTime(record), saved)
    return { y0, p: summed(p, parameters), times: undefined }
  }
  const view = inFractions(record)
  const { y0, p } = cotangents(record, view, saved)
  const times = noTimes(record)
  const count = record.savedPoints.length
  addPlaceBars(placesOf(record), innerRows(saved, interpolation(record, view, [1]), count), times)
  return { y0, p: withoutSegmentBars(p, parameters, times.times), times }
}

/**
 * Second tangents of the saved states, along u and v: with Z the second tangent at fixed s, and dots for first ones,
 *
 *   Z + Ṗ′_u ds_v + Ṗ′_v ds_u + P″ ds_u ds_v + P′ d²s[u, v]
 */
export function solveTangentOfTangent(record: Recorded, u: SolveDots, v: SolveDots): Float64Array {
  const segments = record.trajectory.segments.length
  const directions = [along(u, segments), along(v, segments)] as const
  if (u.times === undefined || v.times === undefined) return secondTangents(record, inTime(record), directions)
  const view = inFractions(record)
  const rows = secondTangents(record, view, directions)
  const [slopeU, slopeV] = directions.map((direction) => tangents(record, view, [1], direction))
  const [slope, bend] = halves(interpolation(record, view, [1, 2]))
  const places = placesOf(record)
  const [mu, mv] = [movesOf(places, u.times), movesOf(places, v.times)]
  const both = mu.ds.map((ds, i) => ds * mv.ds[i])
  const second = places.map(({ L }, i) => -(mu.ds[i] * mv.dL[i] + mv.ds[i] * mu.dL[i]) / L)
  addRows(rows, [[mv.ds, slopeU], [mu.ds, slopeV], [both, bend], [Float64Array.from(second), slope]], view.doubles) // prettier-ignore
  return rows
}

/** The change along u of the cotangents of all inputs, for fixed cotangents of the saved states. */
export function solveTangentOfAdjoint(record: Recorded, u: SolveDots, saved: Float64Array): SolveDots {
  const { steps, segments } = record.trajectory
  const parameters = record.problem.f.field.parameters.doubles
  const direction = along(u, segments.length)
  const moves = u.times
  const view = moves === undefined ? inTime(record) : inFractions(record)
  const kept = new Float64Array(steps * view.doubles)
  const slopeU = tangents(record, view, moves === undefined ? [] : [1], { ...direction, kept })
  if (moves === undefined) {
    const { y0, p } = secondCotangents(record, view, { u: direction, kept, changes: undefined }, saved)
    return { y0, p: summed(p, parameters), times: undefined }
  }
  const places = placesOf(record)
  const count = record.savedPoints.length
  const moved = movesOf(places, moves)
  const [slope, bend] = halves(interpolation(record, view, [1, 2]))
  const changes = new Float64Array(count * view.doubles)
  addRows(changes, [[moved.ds, saved]], view.doubles)
  const { y0, p } = secondCotangents(record, view, { u: direction, kept, changes }, saved)
  // s̄ = ⟨w̄, P′⟩ changes by ⟨w̄, Ṗ′_u + P″ ds_u⟩
  addRows(slopeU, [[moved.ds, bend]], view.doubles)
  const sBar = innerRows(saved, slope, count)
  const times = noTimes(record)
  addPlaceBarChanges(places, moved, { sBar, change: innerRows(saved, slopeU, count) }, times)
  return { y0, p: withoutSegmentBars(p, parameters, times.times), times }
}

const noTimes = ({ problem }: Recorded): TimeDots => ({
  times: new Float64Array(problem.times.length),
  saveAt: new Float64Array(problem.saveAt.length),
})

/** The sum over all segments. */
function summed(bars: readonly Float64Array[], parameters: number): Float64Array {
  const sum = new Float64Array(parameters)
  for (const own of bars) for (let i = 0; i < parameters; i++) sum[i] += own[i]
  return sum
}
