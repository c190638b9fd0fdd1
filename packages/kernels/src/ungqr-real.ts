import { larfReal, reflectorReal } from './larf-real.ts'

/**
 * The first n columns of Q = H₀ H₁ … Hₖ₋₁ from `geqrfReal`: n = k gives the thin Q, n = m the full one.
 *
 * @param m rows of A and Q.
 * @param n columns of Q, up to m.
 * @param k number of reflectors.
 * @param A as left by `geqrfReal`, shape [m, c] with c ≥ k; c is read from its length.
 * @param tau length k at least.
 * @param Q shape [m, n], real, overwritten.
 * @see LAPACK dorgqr.
 */
export function ungqrReal(m: number, n: number, k: number, A: Float64Array, tau: Float64Array, Q: Float64Array): void {
  const columns = A.length / m
  const w = new Float64Array(n)
  Q.fill(0, 0, m * n)
  for (let j = 0; j < n; j++) Q[j * n + j] = 1
  // Invariant: Q = Hᵢ₊₁ … Hₖ₋₁ E for the first columns E of the identity, so its rows and columns up to i are still E's.
  for (let i = Math.min(k, n) - 1; i >= 0; i--) {
    larfReal(reflectorReal(m, columns, A, tau, i), n - i, Q, i * n + i, n, w)
  }
}
