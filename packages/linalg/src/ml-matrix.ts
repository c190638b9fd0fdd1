import {
  ArgumentError,
  complex,
  imag,
  real,
  ShapeError,
  Tensor,
  toTensor,
  TracingError,
  type TensorLike,
} from '@cad/core'
import { requireMatrix } from './require-matrix.ts'

/** What is needed of a matrix of the package ml-matrix; its views fit as well. */
export interface MlMatrix {
  readonly rows: number
  readonly columns: number
  get(row: number, column: number): number
}

/** What is needed of the class `Matrix` of ml-matrix. */
export type MlMatrixClass<M extends MlMatrix> = new (
  rows: number,
  columns: number,
) => M & { set(row: number, column: number, value: number): unknown }

/**
 * A as a matrix of ml-matrix, which is real: a complex A becomes its embedding [[Re A, −Im A], [Im A, Re A]], for which sums,
 * products, inverses and adjoints (as transposes) are those of A.
 *
 * @param A shape [m, n].
 * @param Matrix the class of that name from ml-matrix.
 * @param options `embed: true` embeds a real A as well, to stand beside a complex one.
 * @returns m × n, or the embedding, 2m × 2n.
 * @throws ShapeError if A is not a matrix; TracingError inside a transformation, where the derivative would be lost.
 */
export function toMlMatrix<M extends MlMatrix>(
  A: TensorLike,
  Matrix: MlMatrixClass<M>,
  { embed = false }: { readonly embed?: boolean } = {},
): M {
  const a = toTensor(A, 'toMlMatrix')
  const [m, n] = requireMatrix('toMlMatrix', a, `Reshape a vector to a column [${a.size}, 1].`)
  if (a.isTraced) {
    throw new TracingError(
      'toMlMatrix: got a traced tensor; its derivative would be lost. Convert outside of grad, jvp, vjp and jit.',
    )
  }
  const isEmbedded = embed || a.dtype === 'complex128'
  const [re, im] = [real(a).data, imag(a).data]
  const matrix = isEmbedded ? new Matrix(2 * m, 2 * n) : new Matrix(m, n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      matrix.set(i, j, re[i * n + j])
      if (!isEmbedded) continue
      matrix.set(m + i, n + j, re[i * n + j])
      matrix.set(m + i, j, im[i * n + j])
      matrix.set(i, n + j, 0 - im[i * n + j])
    }
  }
  return matrix
}

/** Two copies of a part may differ by so much of the largest entry: what a computation with the embedding leaves as rounding. */
const embeddingTolerance = 1e-10

/**
 * A matrix of ml-matrix as a tensor: real, or with `embedded: true` the complex A whose embedding [[Re A, −Im A], [Im A, Re A]]
 * it is. Each part stands there twice; the copies may differ by 1e-10 of the largest entry, and are averaged.
 *
 * @param matrix rows × columns.
 * @returns shape [rows, columns], or [rows / 2, columns / 2].
 * @throws ShapeError if an embedding has an odd number of rows or columns; ArgumentError if its blocks do not agree.
 */
export function fromMlMatrix(matrix: MlMatrix, { embedded = false }: { readonly embedded?: boolean } = {}): Tensor {
  const { rows, columns } = matrix
  if (!embedded) return realTensor([rows, columns], (i, j) => matrix.get(i, j))
  const [m, n] = [rows / 2, columns / 2]
  if (!Number.isInteger(m) || !Number.isInteger(n)) {
    throw new ShapeError(
      `fromMlMatrix: an embedding has an even number of rows and of columns, got ${rows} × ${columns}. ` +
        'Leave out embedded: true for a real matrix.',
    )
  }
  requireEmbedding(matrix, m, n)
  return complex(
    realTensor([m, n], (i, j) => 0.5 * matrix.get(i, j) + 0.5 * matrix.get(m + i, n + j)),
    realTensor([m, n], (i, j) => 0.5 * matrix.get(m + i, j) - 0.5 * matrix.get(i, n + j)),
  )
}

function realTensor([m, n]: readonly [number, number], element: (i: number, j: number) => number): Tensor {
  return new Tensor(
    [m, n],
    'float64',
    Float64Array.from({ length: m * n }, (_, at) => element(Math.floor(at / n), at % n)),
  )
}

function requireEmbedding(matrix: MlMatrix, m: number, n: number): void {
  let largest = 0
  let defect = 0
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const [re, minusIm] = [matrix.get(i, j), matrix.get(i, n + j)]
      const [im, reAgain] = [matrix.get(m + i, j), matrix.get(m + i, n + j)]
      largest = Math.max(largest, Math.abs(re), Math.abs(minusIm), Math.abs(im), Math.abs(reAgain))
      defect = Math.max(defect, Math.abs(re - reAgain), Math.abs(im + minusIm))
    }
  }
  if (defect <= embeddingTolerance * largest) return
  throw new ArgumentError(
    'fromMlMatrix: expected an embedding [[Re, −Im], [Im, Re]], got blocks that differ by ' +
      `${defect.toExponential(1)} where the largest entry is ${largest.toExponential(1)}. Leave out embedded: true for a real matrix.`,
  )
}
