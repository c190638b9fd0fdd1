/**
 * Real matrix product C = A B.
 *
 * @param A shape [m, k], and B shape [k, n]; real, row-major.
 * @param C shape [m, n], overwritten; may not overlap A or B.
 */
export function gemmReal(m: number, n: number, k: number, A: Float64Array, B: Float64Array, C: Float64Array): void {
  C.fill(0, 0, m * n)
  for (let i = 0; i < m; i++) {
    // Invariant: row i of C holds the sum over all l before the present one. Rows of B and C are read in order.
    for (let l = 0; l < k; l++) {
      const a = A[i * k + l]
      let b = l * n
      const end = (i + 1) * n
      for (let c = i * n; c < end; c++) C[c] += a * B[b++]
    }
  }
}
