/**
 * Derivatives with respect to times. In fractions s of a segment from a to b, L = b − a, its start and length are parameters of the
 * field, so only the places of the saves are left: a save at t stands at s = (t − a)/L, and
 *
 *   ds = (dt − (1 − s) da − s db)/L,   d²s[u, v] = −(ds_u L_v + ds_v L_u)/L.
 *
 * Its value is P(s), so its tangent is that at fixed s, plus P′ ds.
 */
import type { Recorded } from '../integrate.ts'

/** Tangents, or cotangents, of t0, switches, t1, and of the times of the saves. */
export interface TimeDots {
  readonly times: Float64Array
  readonly saveAt: Float64Array
}

/** Where a save stands in its segment: from time number `segment` to the next. */
interface Place {
  readonly segment: number
  readonly s: number
  readonly L: number
}

export function placesOf({ problem: { times, saveAt }, savedPoints }: Recorded): readonly Place[] {
  return savedPoints.map(({ segment }, i) => {
    const [a, b] = [times[segment], times[segment + 1]]
    return { segment, s: (saveAt[i] - a) / (b - a), L: b - a }
  })
}

/** dL and ds of every save along a direction. */
export function movesOf(
  places: readonly Place[],
  { times, saveAt }: TimeDots,
): { readonly ds: Float64Array; readonly dL: Float64Array } {
  const [ds, dL] = [new Float64Array(places.length), new Float64Array(places.length)]
  places.forEach(({ segment, s, L }, i) => {
    const [da, db] = [times[segment], times[segment + 1]]
    ds[i] = (saveAt[i] - (1 - s) * da - s * db) / L
    dL[i] = db - da
  })
  return { ds, dL }
}

/** The parameters of the fields in fractions along a direction: those of the field, then t0 and T of each segment. */
export function withSegmentDots(p: Float64Array, times: Float64Array): Float64Array[] {
  return Array.from({ length: times.length - 1 }, (_, k) => Float64Array.of(...p, times[k], times[k + 1] - times[k]))
}

/** The cotangents of those taken apart again: added up over all segments, and as cotangents of the times. */
export function withoutSegmentBars(
  bars: readonly Float64Array[],
  parameters: number,
  times: Float64Array,
): Float64Array {
  const p = new Float64Array(parameters)
  bars.forEach((own, k) => {
    for (let i = 0; i < parameters; i++) p[i] += own[i]
    const [t0, T] = [own[parameters], own[parameters + 1]]
    times[k] += t0 - T
    times[k + 1] += T
  })
  return p
}

/**
 * Adds the cotangents of the times of saves to `bars`, for the cotangents s̄ of their fractions:
 *
 *   t̄ = s̄/L,   ā = −(1 − s) s̄/L,   b̄ = −s s̄/L
 */
export function addPlaceBars(places: readonly Place[], sBar: Float64Array, bars: TimeDots): void {
  places.forEach(({ segment, s, L }, i) => {
    bars.saveAt[i] += sBar[i] / L
    bars.times[segment] -= ((1 - s) * sBar[i]) / L
    bars.times[segment + 1] -= (s * sBar[i]) / L
  })
}

/** Adds the change of `addPlaceBars` where s, L and s̄ change by ds, dL and `change`. */
export function addPlaceBarChanges(
  places: readonly Place[],
  { ds, dL }: { readonly ds: Float64Array; readonly dL: Float64Array },
  { sBar, change }: { readonly sBar: Float64Array; readonly change: Float64Array },
  bars: TimeDots,
): void {
  places.forEach(({ segment, s, L }, i) => {
    const moved = change[i] - (sBar[i] * dL[i]) / L
    bars.saveAt[i] += moved / L
    bars.times[segment] -= ((1 - s) * moved - ds[i] * sBar[i]) / L
    bars.times[segment + 1] -= (s * moved + ds[i] * sBar[i]) / L
  })
}
