import type { GradientPoint } from './method.ts'

/** A step s = x₊ − x with the change of the gradient y = g₊ − g along it. */
export interface Secant {
  readonly s: Float64Array
  readonly y: Float64Array
  /** sᵀy > 0 */
  readonly product: number
}

/**
 * The secant of two points; undefined where the curvature along the step is not positive, or rounding. In other units each sᵢyᵢ is
 * what it was.
 */
export function secantBetween(before: GradientPoint, after: GradientPoint): Secant | undefined {
  const s = after.x.map((x, i) => x - before.x[i])
  const y = after.gradient.map((g, i) => g - before.gradient[i])
  let [product, size] = [0, 0]
  s.forEach((si, i) => {
    product += si * y[i]
    size += Math.abs(si * y[i])
  })
  return product > Number.EPSILON * size ? { s, y, product } : undefined
}

/**
 * Second derivatives along the axes before any step is known, such that −gᵢ/dᵢ changes each coordinate by its own size: no unit
 * comes in, and a coordinate with a small gradient is not taken for one that is settled beside a steep one. A coordinate at 0 has no
 * size; 1 stands for it until it has moved. 0 where the gradient is 0, as nothing is known there.
 */
export const firstCurvature = ({ sizes, slopes }: GradientPoint): Float64Array =>
  slopes.map((slope, i) => slope / (sizes[i] || 1))

/**
 * The diagonal after a step: that of the BFGS update of D, dᵢ − (dᵢsᵢ)²/sᵀDs + yᵢ²/sᵀy, which is the same in any units. As the second
 * term is at most dᵢ, D₊ ≥ yᵢ²/sᵀy: no direction that was tried is thought flatter than it was found. Before it D shrinks by
 * sᵀy/sᵀDs, if that is below 1: far from a minimum curvatures fall together, and a coordinate that hardly moves beside another would keep its
 * own from the start, and seem settled. It never grows so; a curvature that is too small is found out by the next step.
 *
 * @see Gilbert and Lemaréchal (1989), Some numerical experiments with variable-storage quasi-Newton algorithms, section 4.
 */
export function curvatureAfter(diagonal: Float64Array, { s, y, product }: Secant, after: GradientPoint): Float64Array {
  const first = firstCurvature(after)
  const known = diagonal.map((d, i) => (d === 0 ? first[i] : d))
  const energy = known.reduce((total, d, i) => total + d * s[i] * s[i], 0)
  if (energy === 0) return known.map((d, i) => d + y[i] ** 2 / product)
  const shrink = Math.min(1, product / energy)
  return known.map((d, i) => {
    const rest = shrink * (d - (d * s[i]) ** 2 / energy)
    return Math.max(rest + y[i] ** 2 / product, least * d)
  })
}

/** The smallest factor of a curvature in one update: rounding must not make it 0. */
const least = 1e-6

/** v/d, 0 where nothing is known. */
export const overCurvature = (v: Float64Array, diagonal: Float64Array): Float64Array =>
  v.map((value, i) => (diagonal[i] === 0 ? 0 : value / diagonal[i]))
