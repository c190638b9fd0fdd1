import { ArgumentError, ShapeError } from '../errors.ts'
import { showShape, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { gather } from './gather.ts'

/**
 * Of a vector [n], the square matrix with it on a diagonal and zeros elsewhere; of a matrix, the elements of a diagonal as a vector.
 * Diagonal k holds the elements A[i, i + k]: above the main one for k > 0, below it for k < 0.
 *
 * @throws ShapeError unless x is a vector or a matrix; ArgumentError if `offset` is no integer.
 */
export function diag(x: TensorLike, { offset = 0 }: { readonly offset?: number } = {}): Tensor {
  const a = toTensor(x, 'diag')
  if (!Number.isInteger(offset)) throw new ArgumentError(`diag: offset must be an integer, got ${offset}.`)
  const [right, down] = [Math.max(offset, 0), Math.max(-offset, 0)]
  if (a.shape.length === 1) {
    const n = a.shape[0] + Math.abs(offset)
    const map = new Int32Array(n * n).fill(-1)
    for (let i = 0; i < a.shape[0]; i++) map[(i + down) * n + i + right] = i
    return gather('diag', a, map, [n, n])
  }
  if (a.shape.length === 2) {
    const [rows, columns] = a.shape
    const length = Math.max(0, Math.min(rows - down, columns - right))
    const map = Int32Array.from({ length }, (_, i) => (i + down) * columns + i + right)
    return gather('diag', a, map, [length])
  }
  throw new ShapeError(`diag: expected a vector or a matrix, got shape ${showShape(a.shape)}. Reshape it first.`)
}
