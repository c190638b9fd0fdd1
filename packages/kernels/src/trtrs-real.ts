import { axpyReal } from './axpy-real.ts'
import { divideReal } from './divide-real.ts'
import type { TriangularOptions } from './trtrs.ts'

/**
 * Solves T X = B, or Tᵀ X = B, for a real triangular T, in place.
 *
 * @param A shape [n, n], real; T is one of its triangles, the other is not read.
 * @param B shape [n, nrhs], real; overwritten with X.
 * @param options `adjoint: true` solves with Tᵀ.
 * @returns −1, or the index of the first zero on the diagonal; then B is untouched.
 */
export function trtrsReal(
  n: number,
  A: Float64Array,
  nrhs: number,
  B: Float64Array,
  options: TriangularOptions,
): number {
  const { upper, unitDiagonal, adjoint } = options
  const singular = unitDiagonal ? -1 : firstZeroOnDiagonal(n, A)
  if (singular >= 0) return singular
  const forward = upper === adjoint // The transpose of an upper triangle is a lower one.
  const rowStep = adjoint ? 1 : n
  const columnStep = adjoint ? n : 1
  const first = forward ? 0 : n - 1
  const direction = forward ? 1 : -1
  // Invariant: the rows of B from `first` up to i hold X.
  for (let i = first; i >= 0 && i < n; i += direction) {
    const row = i * nrhs
    for (let j = first; j !== i; j += direction) axpyReal(nrhs, -A[i * rowStep + j * columnStep], B, j * nrhs, B, row)
    if (!unitDiagonal) divideReal(nrhs, A[i * n + i], B, row, 1)
  }
  return -1
}

function firstZeroOnDiagonal(n: number, A: Float64Array): number {
  for (let i = 0; i < n; i++) if (A[i * n + i] === 0) return i
  return -1
}
