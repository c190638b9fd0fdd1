import { toTensor, type Tensor, type TensorLike } from '@cad/core'
import { defineSolver } from './define-solver.ts'
import { denseMatrix } from './dense-matrix.ts'
import { luOf, solveWithLU, type LU } from './lu.ts'
import { asColumns, fromColumns } from './require-matrix.ts'

const solveDense = defineSolver<LU>('substitute', { factorization: luOf, matrix: denseMatrix, apply: solveWithLU })

/**
 * Solves A X = B for square A by LU with partial pivoting, and for stacks of them: leading axes broadcast. Value and derivatives
 * share one factorization; a real A is factorized in real arithmetic.
 *
 * @param A shape [..., n, n].
 * @param B shape [n], one vector, or [..., n, k], one right-hand side a column; in the unit of A X.
 * @param options `adjoint: true` solves Aᴴ X = B.
 * @returns X, shape [..., n] or [..., n, k].
 * @throws ShapeError if A is not square, B does not fit, or leading axes do not broadcast; SingularMatrixError on a zero pivot.
 * @see Giles (2008), An extended collection of matrix derivative results for forward and reverse mode AD.
 */
export function solve(A: TensorLike, B: TensorLike, options: { readonly adjoint?: boolean } = {}): Tensor {
  const [a, b] = [toTensor(A, 'solve'), toTensor(B, 'solve')]
  const flipped = options.adjoint === true
  return fromColumns(b, solveDense('solve', [a], asColumns(a, b), { flipped, params: undefined }))
}
