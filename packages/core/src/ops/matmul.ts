import { currentBackend } from '@cad/kernels'
import { mulPairs, type Pair } from '../scalar/complex-scalar.ts'
import { ShapeError } from '../errors.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { mayMeetInfinity } from '../finiteness.ts'
import { finitenessOf } from '../finiteness-of.ts'
import { valueOf } from '../graph.ts'
import { type Primitive } from '../primitive.ts'
import {
  lengthOf,
  showShape,
  sizeOf,
  Tensor,
  toTensor,
  type Shape,
  type TensorLike,
  type TensorType,
} from '../tensor.ts'
import { broadcastMap } from '../scalar/broadcast-map.ts'
import { add } from './arithmetic.ts'
import { seededPair } from './formulas/quotient.ts'
import { sumPairs, sumTo } from './gather.ts'
import { complexData, termByTerm } from './matrix-numbers.ts'
import { adjoint, reshape, transpose } from './shape.ts'
import { broadcastShapes, joinDtypes } from './types.ts'

/** The product of two matrices; compiled code knows it, and so do the rewritings of sparse products. */
export const matmulP: Primitive = definePrimitive('matmul', {
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
    const isZero = ({ re, im }: Pair): boolean => re === s.zero && im === s.zero
    const C: Pair[] = []
    for (let i = 0; i < m; i++) {
      const row = A.slice(i * k, (i + 1) * k)
      for (let j = 0; j < n; j++) {
        const products: Pair[] = []
        row.forEach((a, l) => {
          const b = B[l * n + j]
          if (!isZero(a) && !isZero(b)) products.push(mulPairs(s, a, b))
        })
        C.push(sumPairs(s, products))
      }
    }
    return C
  },
  vanishes: ([A, B]) => A || B,
  simplify: ([A, B], _, { thinProduct }) => thinProduct(A, B),
  holomorphic: true,
  jvp: ([A, B], [ADot, BDot]) => add(seededMatmul(ADot, B), seededMatmul(A, BDot)),
  // Re⟨C̄, Ȧ B + A Ḃ⟩ = Re⟨C̄ Bᴴ, Ȧ⟩ + Re⟨Aᴴ C̄, Ḃ⟩
  vjp: ([A, B], _, [CBar]) => [() => seededMatmul(CBar, adjoint(B)), () => seededMatmul(adjoint(A), CBar)],
  // Where one factor is the same for all, the rows of all A, or the columns of all B, form one matrix.
  batch: ([A, B], { batched: [ofA, ofB], size, types: [a, b] }) => {
    const [m, k, n] = [...a.shape, b.shape[1]]
    if (ofA && ofB) return matmul(A, B)
    if (ofA) return reshape(matmul(reshape(A, [size * m, k]), B), [size, m, n])
    const columns = reshape(transpose(B, [1, 0, 2]), [k, size * n])
    return transpose(reshape(matmul(A, columns), [m, size, n]), [1, 0, 2])
  },
})

/** The product of two matrices in which zero times infinite is zero, as in `seeded`. */
const seededMatmulP: Primitive = definePrimitive('seededMatmul', {
  holomorphic: true,
  type: (args, params) => matmulP.type(args, params),
  kernel: ([A, B], params, [type]) => {
    const C = matmulP.kernel([A, B], params, [type])[0] as Float64Array
    return C.some(Number.isNaN) ? termByTerm(A, B, type) : C
  },
  lower: (s, [A, B], { args: [{ shape }], type }) => {
    const [m, k] = shape
    const n = type.shape[1]
    const entry = (i: number, j: number): Pair =>
      sumPairs(
        s,
        A.slice(i * k, (i + 1) * k).map((a, l) => seededPair(s, a, B[l * n + j], undefined)),
      )
    return Array.from({ length: m * n }, (_, at) => entry(Math.floor(at / n), at % n))
  },
  vanishes: ([A, B]) => A || B,
  jvp: ([A, B], [ADot, BDot]) => add(seededMatmul(ADot, B), seededMatmul(A, BDot)),
  vjp: ([A, B], _, [CBar]) => [() => seededMatmul(CBar, adjoint(B)), () => seededMatmul(adjoint(A), CBar)],
})

/**
 * A B for rules, where a zero of a matrix and an infinite seed may meet; of stacks of matrices the plain product. It is that
 * too where the graph says that they cannot meet.
 */
function seededMatmul(A: Tensor, B: Tensor): Tensor {
  if (A.shape.length !== 2 || B.shape.length !== 2) return matmul(A, B)
  if (valueOf(A) === undefined || valueOf(B) === undefined) {
    const [a, b] = [finitenessOf(A), finitenessOf(B)]
    if (!mayMeetInfinity(a, b) && !mayMeetInfinity(b, a)) return matmul(A, B)
  }
  return bind(seededMatmulP, [A, B], undefined)
}

const mismatch = (A: TensorType, B: TensorType): string =>
  `matmul: shapes ${showShape(A.shape)} and ${showShape(B.shape)} do not multiply. ` +
  'The columns of the first must equal the rows of the second; for elementwise products use mul.'

/** The products of stacks of matrices [..., m, k] and [..., k, n], whose leading axes broadcast. */
const batchMatmulP: Primitive = definePrimitive('batchMatmul', {
  holomorphic: true,
  type: ([A, B]) => ({ shape: [...batchShape(A, B), rowsOf(A), B.shape.at(-1)!], dtype: joinDtypes('matmul', [A, B]) }),
  kernel: ([A, B], _, [type]) => {
    const out = new Float64Array(lengthOf(type))
    const each = matricesOf(type)
    const [leftOf, rightOf] = [A, B].map(submatrices)
    const size = lengthOf(each)
    forEachPair(A, B, (i, a, b) => {
      const product = matmulP.kernel([leftOf(a), rightOf(b)], undefined, [each])[0] as Float64Array
      out.set(product, i * size)
    })
    return out
  },
  lower: (s, [A, B], { args, type, params }) => {
    const types = args.map(matricesOf)
    const [sizeA, sizeB] = types.map(({ shape }) => sizeOf(shape))
    const products: Pair[] = []
    forEachPair(args[0], args[1], (_, a, b) => {
      const pair = [A.slice(a * sizeA, (a + 1) * sizeA), B.slice(b * sizeB, (b + 1) * sizeB)]
      products.push(...matmulP.lower!(s, pair, { args: types, type: matricesOf(type), params })[0])
    })
    return products
  },
  vanishes: ([A, B]) => A || B,
  jvp: ([A, B], [ADot, BDot]) => add(matmul(ADot, B), matmul(A, BDot)),
  // As for two matrices; a matrix that was repeated gets the sum of its cotangents.
  vjp: ([A, B], _, [CBar]) => [
    () => sumTo(matmul(CBar, adjoint(B)), A.shape),
    () => sumTo(matmul(adjoint(A), CBar), B.shape),
  ],
  batch: (args, { batched, size, types }) => {
    const rank = Math.max(...types.map(({ shape }) => shape.length))
    const [A, B] = args.map((x, i) => (batched[i] ? reshape(x, stackShape(types[i].shape, size, rank)) : x))
    return matmul(A, B)
  },
})

/** Examples along a first axis, in front of leading axes that broadcast to `rank` axes. */
const stackShape = (shape: Shape, size: number, rank: number): Shape => [
  size,
  ...Array<number>(rank - shape.length).fill(1),
  ...shape,
]

const rowsOf = ({ shape }: TensorType): number => shape[shape.length - 2]

const batchShape = (A: TensorType, B: TensorType): Shape =>
  broadcastShapes('matmul, leading axes', [A.shape.slice(0, -2), B.shape.slice(0, -2)])

const matricesOf = ({ shape, dtype }: TensorType): TensorType => ({ shape: shape.slice(-2), dtype })

/** Number i of a stack of matrices, without copying. */
function submatrices(x: Tensor): (i: number) => Tensor {
  const type = matricesOf(x)
  const size = lengthOf(type)
  return (i) => new Tensor(type.shape, type.dtype, x.data.subarray(i * size, (i + 1) * size))
}

/** Calls f with the number of each product and those of its two factors. */
function forEachPair(A: TensorType, B: TensorType, f: (i: number, a: number, b: number) => void): void {
  const batch = batchShape(A, B)
  const right = broadcastMap(B.shape.slice(0, -2), batch)
  broadcastMap(A.shape.slice(0, -2), batch).forEach((a, i) => f(i, a, right[i]))
}

/**
 * A B for matrices, and for stacks of them: shapes [..., m, k] and [..., k, n] give [..., m, n], and the leading axes broadcast. A
 * 1-D argument is a row on the left and a column on the right, and its axis is dropped again.
 *
 * @throws ShapeError if the lengths of the summed axes differ, or the leading axes do not broadcast.
 */
export function matmul(A: TensorLike, B: TensorLike): Tensor {
  const [a, b] = [toTensor(A, 'matmul'), toTensor(B, 'matmul')]
  const [row, column] = [a.shape.length === 1, b.shape.length === 1]
  if (a.shape.length === 0 || b.shape.length === 0 || a.shape.at(-1) !== (column ? b.shape[0] : rowsOf(b)))
    throw new ShapeError(mismatch(a, b))
  const product = multiply(row ? reshape(a, [1, -1]) : a, column ? reshape(b, [-1, 1]) : b)
  if (!row && !column) return product
  const [m, n] = product.shape.slice(-2)
  return reshape(product, [...product.shape.slice(0, -2), ...(row ? [] : [m]), ...(column ? [] : [n])])
}

function multiply(a: Tensor, b: Tensor): Tensor {
  if (b.shape.length > 2) return bind(batchMatmulP, [a, b], undefined)
  if (a.shape.length === 2) return bind(matmulP, [a, b], undefined)
  // One matrix on the right: the rows of all matrices on the left are those of one.
  const rows = a.shape.slice(0, -1)
  return reshape(bind(matmulP, [reshape(a, [sizeOf(rows), a.shape.at(-1)!]), b], undefined), [...rows, b.shape[1]])
}
