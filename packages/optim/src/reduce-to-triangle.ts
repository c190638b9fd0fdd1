import { Tensor } from '@cad/core'
import { qr } from '@cad/linalg'
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
  const triangle = qr(new Tensor([rows, n + 1], 'float64', joined)).R.data
  const R = new Float64Array(n * n)
  const c = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    R.set(triangle.subarray(i * (n + 1), i * (n + 1) + n), i * n)
    c[i] = triangle[i * (n + 1) + n]
  }
  return { n, R, b: c }
}
