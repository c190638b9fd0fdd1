import { larfReal, reflectorReal } from './larf-real.ts'

/**
 * C ← Q C, or C ← Qᵀ C, in place for the full m × m factor Q = H₀ H₁ … Hₖ₋₁ from `geqrfReal`, without forming it.
 *
 * @param m rows of A and C.
 * @param n columns of C.
 * @param k number of reflectors.
 * @param A as left by `geqrfReal`, shape [m, c] with c ≥ k; c is read from its length.
 * @param tau length k at least.
 * @param C shape [m, n], real, overwritten.
 * @param adjoint true: Qᵀ C.
 * @see LAPACK dormqr.
 */
export function unmqrReal(
  m: number,
  n: number,
  k: number,
  A: Float64Array,
  tau: Float64Array,
  C: Float64Array,
  adjoint: boolean,
): void {
  const columns = A.length / m
  const w = new Float64Array(n)
  for (let step = 0; step < k; step++) {
    const i = adjoint ? step : k - 1 - step // Qᵀ = … H₁ H₀ applies H₀ first.
    larfReal(reflectorReal(m, columns, A, tau, i), n, C, i * n, n, w)
  }
}
