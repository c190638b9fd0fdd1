import { lengthOf, type Tensor, type TensorType } from '../tensor.ts'

/** The numbers of a tensor as complex pairs. */
export function complexData({ dtype, data }: Tensor): Float64Array {
  if (dtype === 'complex128') return data
  const out = new Float64Array(2 * data.length)
  for (let i = 0; i < data.length; i++) out[2 * i] = data[i]
  return out
}

/** The product of two matrices, one product of numbers after the other, in which zero times infinite is zero. */
export function termByTerm(A: Tensor, B: Tensor, type: TensorType): Float64Array {
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
