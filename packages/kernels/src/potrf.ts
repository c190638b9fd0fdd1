/**
 * Cholesky factorization A = L Lᴴ in place: L lower with a real positive diagonal; zeros above.
 *
 * Row by row: with the rows before i of L known, row i solves L lᵢᴴ = aᵢᴴ, and Lᵢᵢ² = Aᵢᵢ − Σ|lᵢⱼ|².
 *
 * @param A shape [n, n], complex; the lower triangle of a Hermitian matrix is read, with the real parts of its diagonal. Overwritten.
 * @returns −1, or the first i whose leading block [i + 1, i + 1] is not positive definite, or not finite; L stands before row i.
 * @see LAPACK zpotrf; Golub and Van Loan (2013), Matrix Computations, 4th ed., algorithm 4.2.1.
 */
export function potrf(n: number, A: Float64Array): number {
  for (let i = 0; i < n; i++) {
    const row = 2 * i * n
    // Invariant: rows before i hold L. In row i the elements before j are those of L.
    let diagonal = A[row + 2 * i]
    for (let j = 0; j < i; j++) {
      const other = 2 * j * n
      let [re, im] = [A[row + 2 * j], A[row + 2 * j + 1]]
      for (let k = 0; k < 2 * j; k += 2) {
        // l_ik conj(l_jk)
        re -= A[row + k] * A[other + k] + A[row + k + 1] * A[other + k + 1]
        im -= A[row + k + 1] * A[other + k] - A[row + k] * A[other + k + 1]
      }
      const pivot = A[other + 2 * j]
      re /= pivot
      im /= pivot
      A[row + 2 * j] = re
      A[row + 2 * j + 1] = im
      diagonal -= re * re + im * im
    }
    if (!(diagonal > 0 && diagonal < Infinity)) return i
    A[row + 2 * i] = Math.sqrt(diagonal)
    A.fill(0, row + 2 * i + 1, row + 2 * n)
  }
  return -1
}
