import { reshape, ShapeError, type Tensor, type TensorType } from '@cad/core'
import { requireNumbers, showShape } from '@cad/core/compiler'

/** [rows, columns] of one matrix; of a stack, whose leading axes are left out, those of each. */
export function requireMatrix(
  caller: string,
  A: TensorType,
  advice = 'Reshape it, or stack its rows.',
): readonly [number, number] {
  requireNumbers(caller, [A])
  const [rows, columns] = A.shape
  if (A.shape.length === 2) return [rows, columns]
  throw new ShapeError(`${caller}: A must be a matrix, got shape ${showShape(A.shape)}. ${advice}`)
}

/** Rows of a square matrix. */
export function requireSquare(caller: string, A: TensorType, advice: string): number {
  const [rows, columns] = requireMatrix(caller, A)
  if (rows === columns) return rows
  throw new ShapeError(`${caller}: A must be square, got shape ${showShape(A.shape)}. ${advice}`)
}

/** Columns of a block of right-hand sides with this many rows. */
export function requireRightSides(caller: string, rows: number, B: TensorType): number {
  requireNumbers(caller, [B])
  if (B.shape.length === 2 && B.shape[0] === rows) return B.shape[1]
  throw new ShapeError(
    `${caller}: b must have ${rows} rows like A, got shape ${showShape(B.shape)}. One right-hand side is a vector [${rows}], several are the columns of [${rows}, k].`,
  )
}

/** A vector b that fits A as a column; anything else as it is, so that `requireRightSides` names the shape that the user gave. */
export function asColumns(A: TensorType, b: Tensor): Tensor {
  const rows = A.shape.at(-2)
  return b.shape.length === 1 && b.shape[0] === rows ? reshape(b, [b.shape[0], 1]) : b
}

/** The solution X of shape [..., n, k] as a vector, or a stack of them, where b was one. */
export const fromColumns = (b: TensorType, X: Tensor): Tensor =>
  b.shape.length === 1 ? reshape(X, X.shape.slice(0, -1)) : X
