import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { mayMeetInfinity } from '../finiteness.ts'
import { finitenessOf } from '../finiteness-of.ts'
import { valueOf } from '../graph.ts'
import type { Primitive } from '../primitive.ts'
import type { Pair } from '../scalar/complex-scalar.ts'
import { lengthOf, type Tensor, type TensorType } from '../tensor.ts'
import { add } from './arithmetic.ts'
import { seededPair } from './formulas/quotient.ts'
import { sumPairs } from './gather.ts'
import { complexData, matmul, matmulP } from './matmul.ts'
import { adjoint } from './shape.ts'

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

function termByTerm(A: Tensor, B: Tensor, type: TensorType): Float64Array {
  const [m, k] = A.shape
  const n = B.shape[1]
  const [a, b] = [complexData(A), complexData(B)]
  const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y)
  const C = new Float64Array(2 * m * n)
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++)
      for (let j = 0; j < n; j++) {
        const [x, y, at] = [2 * (i * k + l), 2 * (l * n + j), 2 * (i * n + j)]
        C[at] += times(a[x], b[y]) - times(a[x + 1], b[y + 1])
        C[at + 1] += times(a[x], b[y + 1]) + times(a[x + 1], b[y])
      }
  return type.dtype === 'complex128' ? C : Float64Array.from({ length: lengthOf(type) }, (_, at) => C[2 * at])
}

/**
 * A B for rules, where a zero of a matrix and an infinite seed may meet; of stacks of matrices the plain product. It is that
 * too where the graph says that they cannot meet.
 */
export function seededMatmul(A: Tensor, B: Tensor): Tensor {
  if (A.shape.length !== 2 || B.shape.length !== 2) return matmul(A, B)
  if (valueOf(A) === undefined || valueOf(B) === undefined) {
    const [a, b] = [finitenessOf(A), finitenessOf(B)]
    if (!mayMeetInfinity(a, b) && !mayMeetInfinity(b, a)) return matmul(A, B)
  }
  return bind(seededMatmulP, [A, B], undefined)
}
