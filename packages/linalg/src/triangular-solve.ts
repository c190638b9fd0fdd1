import { routinesFor, type TriangularOptions } from '@cad/kernels'
import { adjoint as adjointOf, matmul, toTensor, type Tensor, type TensorLike } from '@cad/core'
import { defineSolver, type MatrixOf } from './define-solver.ts'
import { SingularMatrixError } from './errors.ts'
import { fieldOf, rightSides, type Field } from './field.ts'
import { asColumns, fromColumns, requireSquare } from './require-matrix.ts'
import { shareFactorization } from './shared-factorization.ts'
import { tril, triu } from './triangle.ts'

/** Which triangle of A is T. */
type Part = Pick<TriangularOptions, 'upper' | 'unitDiagonal'>

/** T itself: there is nothing to factorize, but to look once at what is read. */
interface Triangle {
  readonly field: Field
  readonly n: number
  readonly data: Float64Array
  /** The first row that holds NaN or an infinity, −1 if there is none. */
  readonly notFinite: number
}

const triangleOf = shareFactorization<Triangle, Part>('triangle', {
  ranks: [2],
  check: (caller, [A]) => void requireSquare(caller, A, 'Take the square part that is triangular.'),
  factorize: ([A], part) => {
    const [field, n] = [fieldOf(A), A.shape[0]]
    return {
      field,
      n,
      data: A.data,
      notFinite: firstNotFinite(n, A.data, { ...part, width: routinesFor(field).width }),
    }
  },
})

const partRead = (A: Tensor, { upper, unitDiagonal }: Part): Tensor => {
  const offset = unitDiagonal ? 1 : 0
  return upper ? triu(A, { offset }) : tril(A, { offset: -offset })
}

/** θ = A, of which one triangle is read; a unit diagonal is not, and is no part of what is linear in A. */
const triangularMatrix: MatrixOf<Part> = {
  ranks: [2],
  shape: ([{ shape }]) => [shape[0], shape[1]],
  product: ([A], X, flipped, part) => {
    const T = partRead(A, part)
    return matmul(flipped ? adjointOf(T) : T, X)
  },
  outer: (Y, X, { flipped, params }) => [
    () => partRead(flipped ? matmul(X, adjointOf(Y)) : matmul(Y, adjointOf(X)), params),
  ],
}

const advice = ' Check the model for dependent equations, or use lstsq.'

const solveTriangular = defineSolver<Triangle, Part>('triangularSolve', {
  factorization: triangleOf,
  matrix: triangularMatrix,
  apply: (caller, { field, n, data, notFinite }, B, { flipped, params }) => {
    if (notFinite >= 0)
      throw new SingularMatrixError(`${caller}: row ${notFinite} of the triangle of A is not finite.${advice}`)
    const { X, columns } = rightSides(field, B)
    const singular = routinesFor(field).trtrs(n, data, columns, X, { ...params, adjoint: flipped })
    if (singular < 0) return X
    throw new SingularMatrixError(`${caller}: A is singular: diagonal entry ${singular} of ${n} is zero.${advice}`)
  },
})

/** The first row of the triangle that holds NaN or an infinity, −1 if there is none. */
function firstNotFinite(
  n: number,
  T: Float64Array,
  { upper, unitDiagonal, width }: Part & { readonly width: number },
): number {
  const offset = unitDiagonal ? 1 : 0
  for (let i = 0; i < n; i++) {
    const [first, end] = upper ? [i + offset, n] : [0, i + 1 - offset]
    for (let at = width * (i * n + first); at < width * (i * n + end); at++) if (!Number.isFinite(T[at])) return i
  }
  return -1
}

/**
 * Solves T X = B by substitution, where T is the upper triangle of A (`upper: false`: the lower one), and for stacks of them: leading
 * axes broadcast. The rest of A is not read, and its gradient is zero there.
 *
 * @param A shape [..., n, n].
 * @param B shape [n], one vector, or [..., n, k], one right-hand side a column; in the unit of T X.
 * @param options `adjoint: true` solves Tᴴ X = B; `unitDiagonal: true` takes the diagonal of T as ones, and does not read it.
 * @returns X, shape [..., n] or [..., n, k].
 * @throws ShapeError if A is not square, B does not fit, or leading axes do not broadcast; SingularMatrixError if T has a zero on its
 *   diagonal or is not finite.
 * @see Giles (2008), An extended collection of matrix derivative results for forward and reverse mode AD.
 */
export function triangularSolve(
  A: TensorLike,
  B: TensorLike,
  { upper = true, adjoint = false, unitDiagonal = false }: Partial<TriangularOptions> = {},
): Tensor {
  const [a, b] = [toTensor(A, 'triangularSolve'), toTensor(B, 'triangularSolve')]
  const options = { flipped: adjoint, params: { upper, unitDiagonal } }
  return fromColumns(b, solveTriangular('triangularSolve', [a], asColumns(a, b), options))
}
