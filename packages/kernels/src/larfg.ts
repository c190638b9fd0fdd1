import { divide } from './divide.ts'
import { nrm2 } from './nrm2.ts'

/** Outside of these a column is scaled by a power of two first; v and tau do not depend on its scale. */
export const SMALLEST = 1e-290
export const LARGEST = 1e290
export const POWER: number = 2 ** 600

/**
 * Householder reflector of a column x = (α, …): H = I − τ v vᴴ, v₀ = 1, with Hᴴ x = (β, 0, …) and β real.
 *
 *   β = −sign(Re α) ‖x‖,   τ = (β − α) / β,   v = x / (α − β) below the first element
 *
 * A column that is (real, 0, …) already has τ = 0, H = I; so R may have entries of either sign on its diagonal.
 *
 * @param X `count` ≥ 1 complex elements, `stride` doubles apart from X[start] on; overwritten with β and v₁, v₂, …
 * @param tau complex; τ goes to tau[t] and tau[t + 1].
 * @see LAPACK zlarfg.
 */
export function larfg(
  count: number,
  X: Float64Array,
  start: number,
  stride: number,
  tau: Float64Array,
  t: number,
): void {
  const re = X[start]
  const im = X[start + 1]
  const below = nrm2(count - 1, X, start + stride, stride)
  tau[t] = 0
  tau[t + 1] = 0
  if (below === 0 && im === 0) return

  const norm = Math.hypot(re, im, below)
  if (norm < SMALLEST || (norm > LARGEST && norm < Infinity)) {
    const factor = norm < 1 ? POWER : 1 / POWER
    scale(count, factor, X, start, stride)
    larfg(count, X, start, stride, tau, t)
    X[start] /= factor
    return
  }
  const beta = re >= 0 ? -norm : norm
  tau[t] = (beta - re) / beta
  tau[t + 1] = -im / beta
  divide(count - 1, re - beta, im, X, start + stride, stride)
  X[start] = beta
  X[start + 1] = 0
}

function scale(count: number, factor: number, X: Float64Array, start: number, stride: number): void {
  const end = start + count * stride
  for (let x = start; x < end; x += stride) {
    X[x] *= factor
    X[x + 1] *= factor
  }
}
