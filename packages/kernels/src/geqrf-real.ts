import { larfReal, reflectorReal } from './larf-real.ts'
import { larfgReal } from './larfg-real.ts'

/**
 * Householder QR of a real matrix, A = Q R with Q = H₀ H₁ … and Hᵢ = I − τᵢ vᵢ vᵢᵀ, in place: R on and above the diagonal, vᵢ below.
 *
 * R has a diagonal of either sign (to make it positive is the caller's choice of gauge). A column without anything below the
 * diagonal has τ = 0; dependent columns give rounding-level or zero diagonal entries of R, Q is orthogonal always.
 *
 * @param A shape [m, n], real, tall or wide; overwritten.
 * @param tau length min(m, n).
 * @see LAPACK dgeqrf.
 */
export function geqrfReal(m: number, n: number, A: Float64Array, tau: Float64Array): void {
  const w = new Float64Array(n)
  const count = Math.min(m, n)
  // Invariant: columns before i are final, and the rows before i of all columns.
  for (let i = 0; i < count; i++) {
    const diagonal = i * n + i
    larfgReal(m - i, A, diagonal, n, tau, i)
    larfReal(reflectorReal(m, n, A, tau, i), n - i - 1, A, diagonal + 1, n, w)
  }
}
