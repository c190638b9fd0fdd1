import { swapRows } from './swap-rows.ts'
import { trtrsReal } from './trtrs-real.ts'

/**
 * Solves A X = B, or Aᵀ X = B, in place from the factors of `getrfReal`.
 *
 *   P A = L U  ⇒  X = U⁻¹ L⁻¹ P B,   and for the transpose  X = Pᵀ L⁻ᵀ U⁻ᵀ B
 *
 * @param LU shape [n, n] and `pivots` as left by `getrfReal` when it returned −1.
 * @param B shape [n, nrhs], real; overwritten with X.
 * @param adjoint true: Aᵀ X = B.
 */
export function getrsReal(
  n: number,
  LU: Float64Array,
  pivots: Int32Array,
  nrhs: number,
  B: Float64Array,
  adjoint: boolean,
): void {
  if (adjoint) {
    trtrsReal(n, LU, nrhs, B, { upper: true, unitDiagonal: false, adjoint })
    trtrsReal(n, LU, nrhs, B, { upper: false, unitDiagonal: true, adjoint })
    for (let k = n - 1; k >= 0; k--) swapRows(nrhs, B, k, pivots[k])
  } else {
    for (let k = 0; k < n; k++) swapRows(nrhs, B, k, pivots[k])
    trtrsReal(n, LU, nrhs, B, { upper: false, unitDiagonal: true, adjoint })
    trtrsReal(n, LU, nrhs, B, { upper: true, unitDiagonal: false, adjoint })
  }
}
