import { swapRows } from './swap-rows.ts'
import { trtrs } from './trtrs.ts'

/**
 * Solves A X = B, or Aᴴ X = B, in place from the factors of `getrf`.
 *
 *   P A = L U  ⇒  X = U⁻¹ L⁻¹ P B,   and for the adjoint  X = Pᵀ L⁻ᴴ U⁻ᴴ B
 *
 * @param LU shape [n, n] and `pivots` as left by `getrf` when it returned −1.
 * @param B shape [n, nrhs], complex; overwritten with X.
 * @param adjoint true: Aᴴ X = B.
 */
export function getrs(
  n: number,
  LU: Float64Array,
  pivots: Int32Array,
  nrhs: number,
  B: Float64Array,
  adjoint: boolean,
): void {
  if (adjoint) {
    trtrs(n, LU, nrhs, B, { upper: true, unitDiagonal: false, adjoint })
    trtrs(n, LU, nrhs, B, { upper: false, unitDiagonal: true, adjoint })
    for (let k = n - 1; k >= 0; k--) swapRows(2 * nrhs, B, k, pivots[k])
  } else {
    for (let k = 0; k < n; k++) swapRows(2 * nrhs, B, k, pivots[k])
    trtrs(n, LU, nrhs, B, { upper: false, unitDiagonal: true, adjoint })
    trtrs(n, LU, nrhs, B, { upper: true, unitDiagonal: false, adjoint })
  }
}
