import { axpy } from './axpy.ts'
import { divide } from './divide.ts'

/** Which triangle of the matrix counts, and how. */
export interface TriangularOptions {
  /** true: the triangle above the diagonal; false: the one below. */
  readonly upper: boolean
  /** true: the diagonal is ones and is not read. */
  readonly unitDiagonal: boolean
  /** true: solve with Tᴴ. */
  readonly adjoint: boolean
}

/**
 * Solves T X = B, or Tᴴ X = B, for a triangular T, in place.
 *
 * @param A shape [n, n], complex; T is one of its triangles, the other is not read.
 * @param B shape [n, nrhs], complex; overwritten with X.
 * @returns −1, or the index of the first zero on the diagonal; then B is untouched.
 */
export function trtrs(n: number, A: Float64Array, nrhs: number, B: Float64Array, options: TriangularOptions): number {
  const { upper, unitDiagonal, adjoint } = options
  const singular = unitDiagonal ? -1 : firstZeroOnDiagonal(n, A)
  if (singular >= 0) return singular
  const forward = upper === adjoint // The adjoint of an upper triangle is a lower one.
  const sign = adjoint ? -1 : 1
  const rowStep = adjoint ? 2 : 2 * n
  const columnStep = adjoint ? 2 * n : 2
  const first = forward ? 0 : n - 1
  const direction = forward ? 1 : -1
  // Invariant: the rows of B from `first` up to i hold X.
  for (let i = first; i >= 0 && i < n; i += direction) {
    const row = 2 * i * nrhs
    for (let j = first; j !== i; j += direction) {
      const a = i * rowStep + j * columnStep
      axpy(nrhs, -A[a], -sign * A[a + 1], B, 2 * j * nrhs, B, row)
    }
    const diagonal = 2 * (i * n + i)
    if (!unitDiagonal) divide(nrhs, A[diagonal], sign * A[diagonal + 1], B, row, 2)
  }
  return -1
}

function firstZeroOnDiagonal(n: number, A: Float64Array): number {
  for (let i = 0; i < n; i++) {
    const diagonal = 2 * (i * n + i)
    if (A[diagonal] === 0 && A[diagonal + 1] === 0) return i
  }
  return -1
}
