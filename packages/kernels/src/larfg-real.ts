import { divideReal } from './divide-real.ts'
import { LARGEST, POWER, SMALLEST } from './larfg.ts'
import { nrm2Real } from './nrm2-real.ts'

/**
 * Householder reflector of a real column x = (α, …): H = I − τ v vᵀ, v₀ = 1, with H x = (β, 0, …).
 *
 *   β = −sign(α) ‖x‖,   τ = (β − α) / β,   v = x / (α − β) below the first element
 *
 * A column that is (α, 0, …) already has τ = 0, H = I; so R may have entries of either sign on its diagonal.
 *
 * @param X `count` ≥ 1 elements, `stride` doubles apart from X[start] on; overwritten with β and v₁, v₂, …
 * @param tau τ goes to tau[t].
 * @see LAPACK dlarfg.
 */
export function larfgReal(
  count: number,
  X: Float64Array,
  start: number,
  stride: number,
  tau: Float64Array,
  t: number,
): void {
  const alpha = X[start]
  const below = nrm2Real(count - 1, X, start + stride, stride)
  tau[t] = 0
  if (below === 0) return

  const norm = Math.hypot(alpha, below)
  if (norm < SMALLEST || (norm > LARGEST && norm < Infinity)) {
    const factor = norm < 1 ? POWER : 1 / POWER
    scale(count, factor, X, start, stride)
    larfgReal(count, X, start, stride, tau, t)
    X[start] /= factor
    return
  }
  const beta = alpha >= 0 ? -norm : norm
  tau[t] = (beta - alpha) / beta
  divideReal(count - 1, alpha - beta, X, start + stride, stride)
  X[start] = beta
}

function scale(count: number, factor: number, X: Float64Array, start: number, stride: number): void {
  const end = start + count * stride
  for (let x = start; x < end; x += stride) X[x] *= factor
}
