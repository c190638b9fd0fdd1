import { axpyReal } from './axpy-real.ts'
import { divideReal } from './divide-real.ts'
import { swapRows } from './swap-rows.ts'

/**
 * LU factorization of a real matrix with partial pivoting, P A = L U, in place: U on and above the diagonal, L below, its
 * diagonal ones.
 *
 * The pivot is the largest |x| of its column. A zero pivot is reported and stepped over, so P A = L U still holds; a pivot that
 * is not finite is reported and ends the factorization.
 *
 * @param A shape [n, n], real; overwritten with L and U.
 * @param pivots length n; row k was exchanged with row pivots[k], in the order of k.
 * @returns −1, or the index of the first pivot that is zero or not finite. A NaN anywhere in A is reported.
 */
export function getrfReal(n: number, A: Float64Array, pivots: Int32Array): number {
  for (let k = 0; k < n; k++) pivots[k] = k
  let failed = -1
  // Invariant: L and U are final before row and column k; the rest holds P A − L U, the Schur complement.
  for (let k = 0; k < n; k++) {
    const p = pivotRow(n, A, k)
    pivots[k] = p
    swapRows(n, A, k, p)
    const pivot = A[k * n + k]
    const isFinite = Number.isFinite(pivot)
    if (failed < 0 && (pivot === 0 || !isFinite)) failed = k
    if (!isFinite) return failed
    if (pivot !== 0) eliminate(n, A, k, pivot)
  }
  return failed
}

/** The row from k on with the largest element in column k. */
function pivotRow(n: number, A: Float64Array, k: number): number {
  let row = k
  let largest = -1
  for (let i = k; i < n; i++) {
    const size = Math.abs(A[i * n + k])
    // No comparison with NaN holds: it is taken only when nothing else is left, and spreads to the last pivot otherwise.
    if (size > largest) {
      largest = size
      row = i
    }
  }
  return row
}

/** Divides column k below the diagonal by the pivot and subtracts column times row from the rest. */
function eliminate(n: number, A: Float64Array, k: number, pivot: number): void {
  const diagonal = k * n + k
  divideReal(n - k - 1, pivot, A, diagonal + n, n)
  for (let i = k + 1; i < n; i++) {
    const a = i * n + k
    axpyReal(n - k - 1, -A[a], A, diagonal + 1, A, a + 1)
  }
}
