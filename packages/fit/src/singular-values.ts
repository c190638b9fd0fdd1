/** A = U S Vᵀ without U. */
export interface RightSingularPairs {
  /** Singular values, in no order. */
  readonly values: Float64Array
  /** Right singular vectors: `vectors[k]` belongs to `values[k]`. */
  readonly vectors: readonly Float64Array[]
}

const maxSweeps = 60

/**
 * Singular values and right singular vectors of a small real matrix by one-sided Jacobi rotations, which find small singular
 * values to high relative accuracy when the columns have unit length.
 *
 * @param A row-major, shape [n, n].
 * @see Demmel and Veselić (1992), Jacobi's method is more accurate than QR.
 */
export function rightSingularPairs(A: Float64Array, n: number): RightSingularPairs {
  const columns = Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, i) => A[i * n + j]))
  const vectors = Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let rotated = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const angle = rotation(columns[p], columns[q])
        if (angle === undefined) continue
        rotateInPlace(columns[p], columns[q], angle)
        rotateInPlace(vectors[p], vectors[q], angle)
        rotated = true
      }
    }
    if (!rotated) break
  }
  return { values: Float64Array.from(columns, (column) => Math.sqrt(inner(column, column))), vectors }
}

interface Rotation {
  readonly c: number
  readonly s: number
}

/** The rotation that makes two columns orthogonal; undefined if they are. */
function rotation(a: Float64Array, b: Float64Array): Rotation | undefined {
  const [aa, bb, ab] = [inner(a, a), inner(b, b), inner(a, b)]
  if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) return undefined
  const zeta = (bb - aa) / (2 * ab)
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
  const c = 1 / Math.hypot(1, t)
  return { c, s: c * t }
}

function rotateInPlace(a: Float64Array, b: Float64Array, { c, s }: Rotation): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]]
    a[i] = c * x - s * y
    b[i] = s * x + c * y
  }
}

function inner(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i] * b[i]
  return total
}
