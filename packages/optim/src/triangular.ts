import { length } from './vector.ts'

/** An upper triangular system: row-major R, shape [n, n], and right-hand side b, shape [n]. */
export interface TriangularSystem {
  readonly n: number
  readonly R: Float64Array
  readonly b: Float64Array
}

/** Solves R x = b by back substitution; R must have a diagonal without zeros. */
export function solveUpper({ n, R, b }: TriangularSystem): Float64Array {
  const x = b.slice()
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i] -= R[i * n + j] * x[j]
    x[i] /= R[i * n + i]
  }
  return x
}

/** Solves Rᵀ x = b by forward substitution; R must have a diagonal without zeros. */
export function solveUpperTransposed({ n, R, b }: TriangularSystem): Float64Array {
  const x = b.slice()
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) x[i] -= R[j * n + i] * x[j]
    x[i] /= R[i * n + i]
  }
  return x
}

/** Rᵀ b */
export function applyTransposed({ n, R, b }: TriangularSystem): Float64Array {
  const x = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) x[j] += R[i * n + j] * b[i]
  return x
}

/** R x for upper triangular R. */
export function applyUpper({ n, R }: TriangularSystem, x: Float64Array): Float64Array {
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) y[i] += R[i * n + j] * x[j]
  return y
}

/** Norm of column j of R, which is that of column j of the matrix that R comes from. */
export function columnNorm({ n, R }: TriangularSystem, j: number): number {
  return length(Float64Array.from({ length: j + 1 }, (_, i) => R[i * n + j]))
}
