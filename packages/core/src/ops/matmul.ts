import { currentBackend } from '@cad/kernels'
import { mulPairs, type Pair } from '../compile/complex-scalar.ts'
import { ShapeError } from '../errors.ts'
import { bind, definePrimitive, type Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { lengthOf, showShape, toTensor, type TensorLike, type TensorType } from '../tensor.ts'
import { add, mul } from './arithmetic.ts'
import { conj } from './conjugation.ts'
import { sumPairs } from './gather.ts'
import { sum } from './reduction.ts'
import { adjoint, reshape, transpose } from './shape.ts'
import { joinDtypes } from './types.ts'

const matmulP: Primitive = definePrimitive('matmul', {
  type: ([A, B]) => {
    if (A.shape.length !== 2 || B.shape.length !== 2 || A.shape[1] !== B.shape[0]) throw new ShapeError(mismatch(A, B))
    return { shape: [A.shape[0], B.shape[1]], dtype: joinDtypes('matmul', [A, B]) }
  },
  kernel: ([A, B], _, [type]) => {
    const [m, k] = A.shape
    const n = B.shape[1]
    const C = new Float64Array(lengthOf(type))
    if (type.dtype === 'float64') currentBackend().gemmReal(m, n, k, A.data, B.data, C)
    else currentBackend().gemm(m, n, k, complexData(A), complexData(B), C)
    return C
  },
  lower: (s, [A, B], { args: [{ shape }], type }) => {
    const [m, k] = shape
    const n = type.shape[1]
    const C: Pair[] = []
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        C.push(
          sumPairs(
            s,
            Array.from({ length: k }, (_, l) => mulPairs(s, A[i * k + l], B[l * n + j])),
          ),
        )
      }
    }
    return C
  },
  vanishes: ([A, B]) => A || B,
  jvp: ([A, B], [ADot, BDot]) => add(matmul(ADot, B), matmul(A, BDot)),
  // Re⟨C̄, Ȧ B + A Ḃ⟩ = Re⟨C̄ Bᴴ, Ȧ⟩ + Re⟨Aᴴ C̄, Ḃ⟩
  vjp: ([A, B], _, [CBar]) => [() => matmul(CBar, adjoint(B)), () => matmul(adjoint(A), CBar)],
  // One factor is the same for all: the rows of all A, or the columns of all B, form one matrix.
  batch: ([A, B], { batched: [ofA, ofB], size, types: [a, b] }) => {
    const [m, k, n] = [...a.shape, b.shape[1]]
    if (ofA && ofB) return undefined
    if (ofA) return reshape(matmul(reshape(A, [size * m, k]), B), [size, m, n])
    const columns = reshape(transpose(B, [1, 0, 2]), [k, size * n])
    return transpose(reshape(matmul(A, columns), [m, size, n]), [1, 0, 2])
  },
})

const mismatch = (A: TensorType, B: TensorType): string =>
  `matmul: shapes ${showShape(A.shape)} and ${showShape(B.shape)} do not multiply. ` +
  'The columns of the first must equal the rows of the second; for elementwise products use mul.'

/** The numbers of a tensor as complex pairs. */
export function complexData({ dtype, data }: Tensor): Float64Array {
  if (dtype === 'complex128') return data
  const out = new Float64Array(2 * data.length)
  for (let i = 0; i < data.length; i++) out[2 * i] = data[i]
  return out
}

/** A B for matrices; a 1-D argument is a row on the left and a column on the right, and its axis is dropped again. */
export function matmul(A: TensorLike, B: TensorLike): Tensor {
  const [a, b] = [toTensor(A, 'matmul'), toTensor(B, 'matmul')]
  const [row, column] = [a.shape.length === 1, b.shape.length === 1]
  const product = bind(matmulP, [row ? reshape(a, [1, -1]) : a, column ? reshape(b, [-1, 1]) : b], undefined)
  if (!row && !column) return product
  return reshape(product, [...(row ? [] : [product.shape[0]]), ...(column ? [] : [product.shape[1]])])
}

/** xᴴ y, the inner product of all elements; conjugate-linear in x. */
export function vdot(x: TensorLike, y: TensorLike): Tensor {
  return sum(mul(conj(x), y))
}

/** Σ xᵢ yᵢ of all elements, without conjugation; for the inner product use `vdot`. */
export const dot = (x: TensorLike, y: TensorLike): Tensor => sum(mul(x, y))
