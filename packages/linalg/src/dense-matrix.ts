import { adjoint, matmul } from '@cad/core'
import type { MatrixOf } from './define-solver.ts'

/** θ = A itself. */
export const denseMatrix: MatrixOf<undefined> = {
  ranks: [2],
  shape: ([{ shape }]) => [shape[0], shape[1]],
  product: ([A], X, flipped) => matmul(flipped ? adjoint(A) : A, X),
  outer: (Y, X, { flipped }) => [() => (flipped ? matmul(X, adjoint(Y)) : matmul(Y, adjoint(X)))],
}
