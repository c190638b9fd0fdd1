import type { TriangularSystem } from './triangular.ts'

/**
 * ‖A x − b‖² as ‖R x − c‖² plus a constant: R of A = Q R, and c = Qᵀ b, both from one QR of the matrix [A b].
 *
 * @param A row-major, shape [m, n]; fewer rows than columns are filled up with zeros.
 * @param b shape [m].
 */
export function reduceToTriangle(A: Float64Array, n: number, b: Float64Array): TriangularSystem {
  const rows = Math.max(b.length, n + 1)
  const joined = new Float64Array(rows * (n + 1))
  for (let i = 0; i < b.length; i++) {
    joined.set(A.subarray(i * n, (i + 1) * n), i * (n + 1))
    joined[i * (n + 1) + n] = b[i]
  }
  const triangle = triangleOf(joined, rows, n + 1)
  const R = new Float64Array(n * n)
  const c = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    R.set(triangle.subarray(i * (n + 1), i * (n + 1) + n), i * n)
    c[i] = triangle[i * (n + 1) + n]
  }
  return { n, R, b: c }
}

/** R of the Householder QR of a row-major matrix, shape [m, n] with m ≥ n. */
function triangleOf(A: Float64Array, m: number, n: number): Float64Array {
  for (let k = 0; k < n; k++) {
    let norm = 0
    for (let i = k; i < m; i++) norm = Math.hypot(norm, A[i * n + k])
    if (norm === 0) continue
    const alpha = A[k * n + k] > 0 ? -norm : norm
    const v = Float64Array.from({ length: m - k }, (_, i) => A[(i + k) * n + k])
    v[0] -= alpha
    const vv = v.reduce((s, x) => s + x * x, 0)
    for (let j = k; j < n; j++) {
      let dot = 0
      for (let i = 0; i < v.length; i++) dot += v[i] * A[(i + k) * n + j]
      for (let i = 0; i < v.length; i++) A[(i + k) * n + j] -= (2 * dot * v[i]) / vv
    }
  }
  return A.slice(0, n * n)
}
