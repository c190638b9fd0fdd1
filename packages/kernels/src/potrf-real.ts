/**
 * Cholesky factorization A = L Lᵀ in place: L lower with a positive diagonal; zeros above.
 *
 * @param A shape [n, n], real; the lower triangle of a symmetric matrix is read. Overwritten.
 * @returns −1, or the first i whose leading block [i + 1, i + 1] is not positive definite, or not finite; L stands before row i.
 * @see LAPACK dpotrf; `potrf` for the algorithm.
 */
export function potrfReal(n: number, A: Float64Array): number {
  for (let i = 0; i < n; i++) {
    const row = i * n
    // Invariant: rows before i hold L. In row i the elements before j are those of L.
    let diagonal = A[row + i]
    for (let j = 0; j < i; j++) {
      const other = j * n
      let x = A[row + j]
      for (let k = 0; k < j; k++) x -= A[row + k] * A[other + k]
      x /= A[other + j]
      A[row + j] = x
      diagonal -= x * x
    }
    if (!(diagonal > 0 && diagonal < Infinity)) return i
    A[row + i] = Math.sqrt(diagonal)
    A.fill(0, row + i + 1, row + n)
  }
  return -1
}
