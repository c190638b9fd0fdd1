import { larf, reflector } from './larf.ts'

/**
 * C ← Q C, or C ← Qᴴ C, in place for the full m × m factor Q = H₀ H₁ … Hₖ₋₁ from `geqrf`, without forming it.
 *
 * @param m rows of A and C.
 * @param n columns of C.
 * @param k number of reflectors.
 * @param A as left by `geqrf`, shape [m, c] with c ≥ k; c is read from its length.
 * @param tau complex, length k at least.
 * @param C shape [m, n], overwritten.
 * @param adjoint true: Qᴴ C.
 * @see LAPACK zunmqr.
 */
export function unmqr(
  m: number,
  n: number,
  k: number,
  A: Float64Array,
  tau: Float64Array,
  C: Float64Array,
  adjoint: boolean,
): void {
  const columns = A.length / (2 * m)
  const w = new Float64Array(2 * n)
  for (let step = 0; step < k; step++) {
    const i = adjoint ? step : k - 1 - step // Qᴴ = … H₁ᴴ H₀ᴴ applies H₀ᴴ first.
    larf(reflector(m, columns, A, tau, i, adjoint), n, C, 2 * i * n, 2 * n, w)
  }
}
