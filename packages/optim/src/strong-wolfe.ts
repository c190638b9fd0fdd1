import type { GradientPoint } from './method.ts'
import { isUsable } from './point.ts'
import { along, inner } from './vector.ts'

/** The function along a ray: position t, value, slope, and the point itself. */
interface RayPoint<P> {
  readonly t: number
  readonly value: number
  readonly slope: number
  readonly point: P
}

export interface WolfeConstants {
  /** c₁ of the sufficient decrease f(t) ≤ f(0) + c₁ t f′(0). */
  readonly decrease: number
  /** c₂ of the curvature condition |f′(t)| ≤ c₂ |f′(0)|. */
  readonly curvature: number
}

interface Ray<P> {
  readonly origin: RayPoint<P>
  readonly at: (t: number) => RayPoint<P>
  readonly isSufficient: (trial: RayPoint<P>) => boolean
  readonly isFlat: (trial: RayPoint<P>) => boolean
}

/** How a search along a ray ended; `far` is a point as far as it went, where the function still falls as at the start. */
export type RayEnd<P> =
  { readonly kind: 'found' | 'far'; readonly point: P } | { readonly kind: 'unbounded' } | { readonly kind: 'nowhere' }

const maxTrials = 30

/** Factors from trial to trial: after some, the minimum is another number of decades away. */
const growthOf = (trial: number): number => (trial < 10 ? 4 : 64)

/**
 * A point along `direction` that satisfies the strong Wolfe conditions; next to the minimum, where differences of f are
 * rounding, the decrease is judged by slopes alone. Trial points without a finite value or gradient count as too far.
 *
 * @see Nocedal and Wright (2006), Numerical Optimization, algorithms 3.5 and 3.6; Hager and Zhang (2005), equation 4.1.
 */
export function strongWolfe<P extends GradientPoint>(
  evaluate: (x: Float64Array) => P,
  start: P,
  direction: Float64Array,
  { first, constants }: { readonly first: number; readonly constants: WolfeConstants },
): RayEnd<P> {
  const ray = rayFrom(evaluate, start, direction, constants)
  let before = ray.origin
  let t = first
  let tooFar = Infinity
  for (let trial = 0; trial < maxTrials; trial++) {
    const found = ray.at(t)
    if (found.value === -Infinity) return { kind: 'unbounded' }
    if (!isUsable(found.point)) {
      tooFar = t
      t = before.t + 0.1 * (t - before.t)
      continue
    }
    if (!ray.isSufficient(found) || (before.t > 0 && rises(before, found))) return zoom(ray, before, found)
    if (ray.isFlat(found)) return { kind: 'found', point: found.point }
    if (found.slope >= 0) return zoom(ray, found, before)
    before = found
    t = tooFar === Infinity ? growthOf(trial) * t : 0.5 * (t + tooFar)
  }
  if (before.t === 0) return { kind: 'nowhere' }
  return { kind: tooFar === Infinity ? 'far' : 'found', point: before.point }
}

function rayFrom<P extends GradientPoint>(
  evaluate: (x: Float64Array) => P,
  start: P,
  direction: Float64Array,
  { decrease, curvature }: WolfeConstants,
): Ray<P> {
  const place = (t: number, point: P): RayPoint<P> => ({
    t,
    value: point.value,
    slope: inner(point.gradient, direction),
    point,
  })
  const origin = place(0, start)
  const rounding = 16 * Number.EPSILON * Math.abs(origin.value)
  return {
    origin,
    at: (t) => place(t, evaluate(along(start.x, t, direction))),
    isSufficient: ({ t, value, slope }) =>
      value <= origin.value + decrease * t * origin.slope ||
      (value <= origin.value + rounding && slope <= (2 * decrease - 1) * origin.slope),
    isFlat: ({ slope }) => Math.abs(slope) <= -curvature * origin.slope,
  }
}

/** Narrows a bracket: `low` has the lower value and satisfies the decrease, and f falls from it towards `high`. */
function zoom<P extends GradientPoint>(ray: Ray<P>, first: RayPoint<P>, second: RayPoint<P>): RayEnd<P> {
  let [low, high] = [first, second]
  let width = Infinity
  for (let trial = 0; trial < maxTrials; trial++) {
    const before = width
    width = Math.abs(high.t - low.t)
    const guess = isUsable(high.point) && width < 0.7 * before ? minimumBetween(low, high) : NaN
    const t = inside(low, high, guess)
    if (t === low.t || t === high.t) break
    const found = ray.at(t)
    if (!isUsable(found.point) || !ray.isSufficient(found) || found.value > low.value + roundingOf(low)) {
      high = found
    } else {
      if (ray.isFlat(found)) return { kind: 'found', point: found.point }
      if (found.slope * (high.t - low.t) >= 0) high = low
      low = found
    }
  }
  return low.t > 0 ? { kind: 'found', point: low.point } : { kind: 'nowhere' }
}

/** Whether the function has risen to the second point; values that differ by rounding leave the answer to the slope. */
const rises = <P>(before: RayPoint<P>, after: RayPoint<P>): boolean =>
  after.value >= before.value && (after.slope >= 0 || after.value > before.value + roundingOf(before))

const roundingOf = ({ value }: { readonly value: number }): number => 16 * Number.EPSILON * Math.abs(value)

/** `t` moved away from the ends of the bracket by a tenth of it; its middle for NaN. */
function inside({ t: a }: { readonly t: number }, { t: b }: { readonly t: number }, t: number): number {
  if (Number.isNaN(t)) return 0.5 * (a + b)
  const margin = 0.1 * Math.abs(b - a)
  return Math.min(Math.max(t, Math.min(a, b) + margin), Math.max(a, b) - margin)
}

/** Where the function is least between two points; where values differ by rounding alone, where the line through both slopes vanishes. */
function minimumBetween<P>(a: RayPoint<P>, b: RayPoint<P>): number {
  if (Math.abs(a.value - b.value) > roundingOf(a)) return cubicMinimum(a, b)
  return a.t - (a.slope * (b.t - a.t)) / (b.slope - a.slope)
}

/** The minimum of the cubic through two values and slopes; NaN if there is none. Nocedal and Wright, equation 3.59. */
function cubicMinimum<P>(a: RayPoint<P>, b: RayPoint<P>): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t)
  const root = Math.sqrt(d1 * d1 - a.slope * b.slope)
  const d2 = b.t > a.t ? root : -root
  return b.t - ((b.t - a.t) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2)
}
