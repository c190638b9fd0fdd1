/**
 * Value and gradient of a complex linear solve. The rule is one more solve with the same LU and one outer product, O(n²) on top
 * of O(n³), so the gradient becomes nearly free as n grows; for small n the graph costs more than the numbers.
 */
import { abs2, grad, real, sum, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { routinesFor } from '@cad/kernels'
import { solve } from '@cad/linalg'
import { Matrix, solve as solveReal } from 'ml-matrix'
import { compare } from './compare.ts'
import { dominant } from './models/dominant.ts'

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

for (const n of [16, 64, 128]) {
  const [A, b] = [real(dominant(n, n, 3)), real(dominant(n, 1, 4))]
  const fresh = (): Tensor => tensor(A.data, { shape: A.shape })
  const { getrf } = routinesFor('float64')
  const [matrix, side] = [new Matrix(A.toArray() as number[][]), new Matrix(b.toArray() as number[][])]

  await compare(`solve of a real system, n = ${n}`, {
    expected:
      'a real solve ≤ 1.3 × a real LU from n = 64: two triangles are O(n²); in complex arithmetic it would be 3 to 4 ×',
    baseline: 'real LU alone',
    cases: {
      'real LU alone': () => getrf(n, A.data.slice(), new Int32Array(n)),
      'solve, real': () => solve(fresh(), b),
      'ml-matrix, real': () => solveReal(matrix, side),
    },
  })
}
