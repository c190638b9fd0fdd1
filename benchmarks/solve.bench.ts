/**
 * Value and gradient of a complex linear solve. The rule is one more solve with the same LU and one outer product, O(n²) on top
 * of O(n³), so the gradient becomes nearly free as n grows; for small n the graph costs more than the numbers.
 */
import { abs2, grad, sum, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { solve } from '@cad/linalg'
import { Matrix, solve as solveReal } from 'ml-matrix'
import { compare } from './compare.ts'

/** A seeded complex matrix with dominant diagonal: well-conditioned for every n. */
function dominant(n: number, columns: number, seed: number): Tensor {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const data = Float64Array.from({ length: 2 * n * columns }, next)
  if (columns === n) for (let i = 0; i < n; i++) data[2 * (i * n + i)] += Math.sqrt(n)
  return tensor(data, { shape: [n, columns], dtype: 'complex128' })
}

/** [[Re, −Im], [Im, Re]] for ml-matrix, which has real matrices only. */
function embed({ shape: [rows, columns], data }: Tensor): Matrix {
  const real = new Matrix(2 * rows, 2 * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [re, im] = [data[2 * (i * columns + j)], data[2 * (i * columns + j) + 1]]
      real
        .set(i, j, re)
        .set(i, j + columns, -im)
        .set(i + rows, j, im)
        .set(i + rows, j + columns, re)
    }
  }
  return real
}

for (const n of [4, 16, 64]) {
  const [A, B] = [dominant(n, n, 1), dominant(n, 1, 2)]
  const [realA, realB] = [embed(A), embed(B)]
  const fresh = (): Tensor => tensor(A.data, { shape: A.shape, dtype: 'complex128' }) // a new matrix has no LU yet
  const loss = (a: Tensor): Tensor => sum(abs2(solve(a, B)))
  const [both, gradient] = [valueAndGrad(loss), grad(loss)]

  await compare(`solve, n = ${n}, one right-hand side`, {
    expected:
      'value and gradient ≤ 2 × the value at n = 64; ml-matrix on the real 2n × 2n embedding slower than the value from n = 16',
    baseline: 'value',
    cases: {
      value: () => solve(fresh(), B),
      'value and gradient': () => both(fresh()),
      'gradient, LU known': () => gradient(A),
      'ml-matrix, value, real embedding': () => solveReal(realA, realB),
    },
  })
}
