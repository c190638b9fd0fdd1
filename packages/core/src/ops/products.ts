import { ShapeError } from '../errors.ts'
import { showShape, sizeOf, toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { mul } from './arithmetic.ts'
import { conj } from './conjugation.ts'
import { diagonalOf } from './diagonal.ts'
import { requireAxis } from './joining.ts'
import { matmul } from './matmul.ts'
import { sum } from './reduction.ts'
import { reshape, transpose } from './shape.ts'

/**
 * Σ xᵢ yᵢ without conjugation: of two vectors their bilinear product, of matrices the matrix product, and in general the sum over
 * the last axis of x and the second to last (or only) axis of y, as in NumPy. With a number it is `mul`. For the inner
 * product use `vdot`, for stacks of matrices `matmul`.
 *
 * @throws ShapeError if the lengths of the summed axes differ.
 */
export function dot(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [toTensor(x, 'dot'), toTensor(y, 'dot')]
  if (a.shape.length === 0 || b.shape.length === 0) return mul(a, b)
  const rank = b.shape.length
  const along = Math.max(0, rank - 2)
  if (a.shape.at(-1) !== b.shape[along]) {
    throw new ShapeError(
      `dot: shapes ${showShape(a.shape)} and ${showShape(b.shape)} do not multiply: axis ${a.shape.length - 1} of the first and ` +
        `axis ${along} of the second must be equally long. For elementwise products use mul.`,
    )
  }
  if (a.shape.length === 1 && rank === 1) return sum(mul(a, b))
  if (rank <= 2) return matmul(a, b)
  const others = [...b.shape.keys()].filter((axis) => axis !== along)
  const rest = others.map((axis) => b.shape[axis])
  const columns = reshape(transpose(b, [along, ...others]), [b.shape[along], sizeOf(rest)])
  return reshape(matmul(a, columns), [...a.shape.slice(0, -1), ...rest])
}

/**
 * xᴴ y = Σ conj(xᵢ) yᵢ, the inner product of all elements; conjugate-linear in x.
 *
 * @throws ShapeError if x and y have different numbers of elements.
 */
export function vdot(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [toTensor(x, 'vdot'), toTensor(y, 'vdot')]
  if (a.size !== b.size) {
    throw new ShapeError(
      `vdot: expected equally many elements, got shapes ${showShape(a.shape)} and ${showShape(b.shape)}. ` +
        'Repeat the smaller one with broadcastTo.',
    )
  }
  return sum(mul(conj(a), reshape(b, a.shape)))
}

/** xᵢ yⱼ for all elements of x and y, both flattened: shape [x.size, y.size]. No conjugation: for x yᴴ conjugate y. */
export function outer(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [toTensor(x, 'outer'), toTensor(y, 'outer')]
  return mul(reshape(a, [a.size, 1]), reshape(b, [1, b.size]))
}

/** The Kronecker product A ⊗ B: block (i, j) is a_ij B. Tensors with fewer axes get leading ones; the lengths multiply. */
export function kron(A: TensorLike, B: TensorLike): Tensor {
  const [a, b] = [toTensor(A, 'kron'), toTensor(B, 'kron')]
  const rank = Math.max(a.shape.length, b.shape.length)
  const padded = (shape: Shape): Shape => [...new Array<number>(rank - shape.length).fill(1), ...shape]
  const [outerShape, innerShape] = [padded(a.shape), padded(b.shape)]
  const blocks = mul(
    reshape(
      a,
      outerShape.flatMap((length) => [length, 1]),
    ),
    reshape(
      b,
      innerShape.flatMap((length) => [1, length]),
    ),
  )
  return reshape(
    blocks,
    outerShape.map((length, axis) => length * innerShape[axis]),
  )
}

/** Which diagonal is summed: elements (i, i + offset) of the two axes, by default the last two. */
export interface TraceOptions {
  readonly offset?: number
  readonly axis1?: number
  readonly axis2?: number
}

/**
 * tr A = Σᵢ aᵢᵢ, of a stack of matrices one trace each; with `offset` the sum of another diagonal, 0 where there is none.
 *
 * The default axes are the last two, as everywhere here where a stack holds matrices (`numpy.trace` takes the first two).
 *
 * @throws ShapeError if x has no two axes, or the two named are the same.
 */
export function trace(x: TensorLike, { offset = 0, axis1 = -2, axis2 = -1 }: TraceOptions = {}): Tensor {
  const a = toTensor(x, 'trace')
  const rank = a.shape.length
  if (rank < 2) throw new ShapeError(`trace: expected a matrix, got shape ${showShape(a.shape)}. For a vector use sum.`)
  const [row, column] = [requireAxis('trace', axis1, rank), requireAxis('trace', axis2, rank)]
  if (row === column) {
    throw new ShapeError(
      `trace: expected two different axes, got axis1 = ${axis1} and axis2 = ${axis2}. Both name one axis.`,
    )
  }
  return sum(diagonalOf('trace', a, { row, column, offset }), { axis: -1 })
}
