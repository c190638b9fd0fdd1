import { larf, reflector } from './larf.ts'

/**
 * The first n columns of Q = H₀ H₁ … Hₖ₋₁ from `geqrf`: n = k gives the thin Q, n = m the full one.
 *
 * @param m rows of A and Q.
 * @param n columns of Q, up to m.
 * @param k number of reflectors.
 * @param A as left by `geqrf`, shape [m, c] with c ≥ k; c is read from its length.
 * @param tau complex, length k at least.
 * @param Q shape [m, n], overwritten.
 * @see LAPACK zungqr.
 */
export function ungqr(m: number, n: number, k: number, A: Float64Array, tau: Float64Array, Q: Float64Array): void {
  const columns = A.length / (2 * m)
  const w = new Float64Array(2 * n)
  Q.fill(0, 0, 2 * m * n)
  for (let j = 0; j < n; j++) Q[2 * (j * n + j)] = 1
  // Invariant: Q = Hᵢ₊₁ … Hₖ₋₁ E for the first columns E of the identity, so its rows and columns up to i are still E's.
  for (let i = Math.min(k, n) - 1; i >= 0; i--) {
    larf(reflector(m, columns, A, tau, i, false), n - i, Q, 2 * (i * n + i), 2 * n, w)
  }
}
