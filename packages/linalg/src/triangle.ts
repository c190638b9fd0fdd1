import { ArgumentError, mul, ShapeError, Tensor, toTensor, where, type TensorLike } from '@cad/core'
import { showShape, zerosOfType } from '@cad/core/compiler'

/** Weights of shape [m, n] by the diagonal that an element stands on, row − column. */
function diagonalWeights([m, n]: readonly number[], weight: (below: number) => number): Tensor {
  const data = Float64Array.from({ length: m * n }, (_, i) => weight(Math.floor(i / n) - (i % n)))
  return new Tensor([m, n], 'float64', data)
}

/** Which diagonal bounds a triangle. */
export interface TriangleOptions {
  /** Diagonal k holds the elements A[i, i + k]; default the main one, 0. */
  readonly offset?: number
}

/**
 * The lower triangle of A, with diagonal `offset` and all below it; zeros elsewhere. For stacks of matrices, each.
 *
 * @param A shape [..., m, n].
 * @returns the same shape.
 * @throws ShapeError if A is not a matrix; ArgumentError if `offset` is no integer.
 */
export function tril(A: TensorLike, { offset = 0 }: TriangleOptions = {}): Tensor {
  return part('tril', toTensor(A, 'tril'), offset, (below) => (-below <= offset ? 1 : 0))
}

/**
 * The upper triangle of A, with diagonal `offset` and all above it; zeros elsewhere. For stacks of matrices, each.
 *
 * @param A shape [..., m, n].
 * @returns the same shape.
 * @throws ShapeError if A is not a matrix; ArgumentError if `offset` is no integer.
 */
export function triu(A: TensorLike, { offset = 0 }: TriangleOptions = {}): Tensor {
  return part('triu', toTensor(A, 'triu'), offset, (below) => (-below >= offset ? 1 : 0))
}

function part(caller: string, A: Tensor, offset: number, weight: (below: number) => number): Tensor {
  if (A.shape.length < 2) {
    throw new ShapeError(`${caller}: A must be a matrix, got shape ${showShape(A.shape)}. For a vector use diag.`)
  }
  if (!Number.isInteger(offset)) {
    throw new ArgumentError(`${caller}: offset must be an integer, got ${String(offset)}. 0 is the main diagonal.`)
  }
  return where(diagonalWeights(A.shape.slice(-2), weight), A, zerosOfType(A))
}

/** Φ(X): the lower triangle with its diagonal halved, so that Φ(X) + Φ(X)ᴴ = X for Hermitian X. */
export const lowerHalf = (X: Tensor): Tensor =>
  mul(diagonalWeights(X.shape.slice(-2), (below) => (below < 0 ? 0 : below === 0 ? 0.5 : 1)), X) // prettier-ignore
