/**
 * A thousand small systems as one stack: one node on the record and one call of each rule, where a loop makes a thousand. What the
 * stack can cost at least is the loop over the kernels alone, without tensors, checks or memory of the factors.
 */
import { abs2, grad, sum, tensor, vmap, type Tensor } from '@cad/core'
import { routinesFor } from '@cad/kernels'
import { solve } from '@cad/linalg'
import { compare } from './compare.ts'
import { dominant } from './models/dominant.ts'

const [count, n] = [1000, 4]

/** One diagonally dominant system an example, all of them different. */
const matrices = Array.from({ length: count }, (_, i) => dominant(n, n, i + 1))
const sides = Array.from({ length: count }, (_, i) => dominant(n, 1, count + i + 1))
const stackOf = (members: readonly Tensor[], shape: readonly number[]): Tensor => {
  const size = members[0].data.length
  const data = new Float64Array(members.length * size)
  members.forEach((member, i) => data.set(member.data, i * size))
  return tensor(data, { shape: [members.length, ...shape], dtype: 'complex128' })
}
const [A, B] = [stackOf(matrices, [n, n]), stackOf(sides, [n, 1])]
const fresh = (): Tensor => tensor(A.data, { shape: A.shape, dtype: 'complex128' }) // new matrices have no LU yet

const { getrf, getrs } = routinesFor('complex128')
function kernelsAlone(): Float64Array {
  const result = new Float64Array(B.data.length)
  for (let i = 0; i < count; i++) {
    const LU = A.data.slice(2 * n * n * i, 2 * n * n * (i + 1))
    const X = B.data.slice(2 * n * i, 2 * n * (i + 1))
    const pivots = new Int32Array(n)
    getrf(n, LU, pivots)
    getrs(n, LU, pivots, 1, X, false)
    result.set(X, 2 * n * i)
  }
  return result
}

const solveAll = vmap((a: Tensor, b: Tensor) => solve(a, b))
const lossOfAll = grad((a: Tensor) => sum(abs2(solveAll(a, B))))
const lossOfOne = grad((a: Tensor, b: Tensor) => sum(abs2(solve(a, b))))
const one = (i: number): Tensor => tensor(matrices[i].data, { shape: [n, n], dtype: 'complex128' })

await compare(`${count} systems of ${n} × ${n}`, {
  expected: 'vmap(solve) ≤ 1.5 × the loop over the kernels: beside them it keeps the factors and makes one tensor',
  baseline: 'loop over the kernels',
  cases: {
    'loop over the kernels': kernelsAlone,
    'vmap(solve)': () => solveAll(fresh(), B),
    'solve of the stack': () => solve(fresh(), B),
    'solve, one after the other': () => matrices.map((_, i) => solve(one(i), sides[i])),
    'gradient of vmap(solve)': () => lossOfAll(fresh()),
    'gradients, one after the other': () => matrices.map((_, i) => lossOfOne(one(i), sides[i])),
  },
})
