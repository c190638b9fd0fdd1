import { larf, reflector } from './larf.ts'
import { larfg } from './larfg.ts'

/**
 * Householder QR, A = Q R with Q = H₀ H₁ … and Hᵢ = I − τᵢ vᵢ vᵢᴴ, in place: R on and above the diagonal, vᵢ below.
 *
 * R has a real diagonal of either sign (to make it positive is the caller's choice of gauge). A column without anything
 * below the diagonal has τ = 0; dependent columns give rounding-level or zero diagonal entries of R, Q is unitary always.
 *
 * @param A shape [m, n], complex, tall or wide; overwritten.
 * @param tau complex, length min(m, n), so 2 min(m, n) doubles.
 * @see LAPACK zgeqrf.
 */
export function geqrf(m: number, n: number, A: Float64Array, tau: Float64Array): void {
  const w = new Float64Array(2 * n)
  const count = Math.min(m, n)
  // Invariant: columns before i are final, and the rows before i of all columns.
  for (let i = 0; i < count; i++) {
    const diagonal = 2 * (i * n + i)
    larfg(m - i, A, diagonal, 2 * n, tau, 2 * i)
    larf(reflector(m, n, A, tau, i, true), n - i - 1, A, diagonal + 2, 2 * n, w)
  }
}
