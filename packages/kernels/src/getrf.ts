import { axpy } from './axpy.ts'
import { divide } from './divide.ts'
import { swapRows } from './swap-rows.ts'

/**
 * LU factorization with partial pivoting, P A = L U, in place: U on and above the diagonal, L below, its diagonal ones.
 *
 * The pivot is the largest |Re| + |Im| of its column. A zero pivot is reported and stepped over, so P A = L U still holds;
 * a pivot that is not finite is reported and ends the factorization.
 *
 * @param A shape [n, n], complex; overwritten with L and U.
 * @param pivots length n; row k was exchanged with row pivots[k], in the order of k.
 * @returns −1, or the index of the first pivot that is zero or not finite. A NaN anywhere in A is reported.
 */
export function getrf(n: number, A: Float64Array, pivots: Int32Array): number {
  for (let k = 0; k < n; k++) pivots[k] = k
  let failed = -1
  // Invariant: L and U are final before row and column k; the rest holds P A − L U, the Schur complement.
  for (let k = 0; k < n; k++) {
    const p = pivotRow(n, A, k)
    pivots[k] = p
    swapRows(2 * n, A, k, p)
    const re = A[2 * (k * n + k)]
    const im = A[2 * (k * n + k) + 1]
    const isZero = re === 0 && im === 0
    const isFinite = Number.isFinite(re) && Number.isFinite(im)
    if (failed < 0 && (isZero || !isFinite)) failed = k
    if (!isFinite) return failed
    if (!isZero) eliminate(n, A, k, re, im)
  }
  return failed
}

/** The row from k on with the largest element in column k. */
function pivotRow(n: number, A: Float64Array, k: number): number {
  let row = k
  let largest = -1
  for (let i = k; i < n; i++) {
    const a = 2 * (i * n + k)
    const size = Math.abs(A[a]) + Math.abs(A[a + 1])
    // No comparison with NaN holds: it is taken only when nothing else is left, and spreads to the last pivot otherwise.
    if (size > largest) {
      largest = size
      row = i
    }
  }
  return row
}

/** Divides column k below the diagonal by the pivot and subtracts column times row from the rest. */
function eliminate(n: number, A: Float64Array, k: number, re: number, im: number): void {
  const diagonal = 2 * (k * n + k)
  divide(n - k - 1, re, im, A, diagonal + 2 * n, 2 * n)
  for (let i = k + 1; i < n; i++) {
    const a = 2 * (i * n + k)
    axpy(n - k - 1, -A[a], -A[a + 1], A, diagonal + 2, A, a + 2)
  }
}
