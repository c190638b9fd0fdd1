import { abs2, add, checkRule, complex, exp, grad, jit, jvp, matmul, mul, sum, tensor, type Tensor } from '@cad/core'
import { compilationCount } from '@cad/core/compiler'
import { currentBackend, useBackend } from '@cad/kernels'
import { solve } from '@cad/linalg'
import { randomComplex, randomWellConditioned, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { solveIvp } from '../src/index.ts'

/** Factorizations while `body` runs. */
function factorizations(body: () => unknown): number {
  const { name, ...routines } = currentBackend()
  let calls = 0
  const getrf: typeof routines.getrf = (...args) => {
    calls++
    return routines.getrf(...args)
  }
  useBackend({ name: 'counting', routines: { ...routines, getrf } })
  try {
    body()
  } finally {
    useBackend({ name, routines })
  }
  return calls
}

const y0 = randomComplex([3], 1)
const matrix = (seed: number): Tensor => randomWellConditioned(3, seed)
const implicit = (M: Tensor): Tensor =>
  solveIvp<Tensor>((_t, y, N) => solve(N, y), [0, 1], y0, { args: M, rtol: 1e-8 }).ys

describe('a solver in a right-hand side', () => {
  it('factorizes a constant matrix once a solve, also one that is made anew', () => {
    const M = matrix(1)
    expect(factorizations(() => solveIvp((_t, y) => solve(M, y), [0, 1], y0))).toBe(1)
    for (const seed of [2, 3, 4]) {
      const N = matrix(seed)
      expect(factorizations(() => solveIvp((_t, y) => solve(N, y), [0, 1], y0))).toBe(1)
    }
  })

  it('factorizes a matrix of the parameters once a solve, and its gradient at most once more', () => {
    expect(factorizations(() => implicit(matrix(5)))).toBe(1)
    expect(factorizations(() => grad((M: Tensor) => sum(abs2(implicit(M))))(matrix(6)))).toBeLessThanOrEqual(2)
    expect(factorizations(() => jvp(implicit)(matrix(7), matrix(8)))).toBeLessThanOrEqual(2)
  })

  it('computes the same as with the inverse written out, in value and derivatives', () => {
    const M = matrix(9)
    const loss = (N: Tensor): Tensor => sum(abs2(implicit(N)))
    const inverse = solve(M, tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]])) // prettier-ignore
    const explicit = solveIvp((_t, y) => matmul(inverse, y), [0, 1], y0, { rtol: 1e-8 }).ys
    expect(relativeDifference(implicit(M), explicit)).toBeLessThan(1e-13) // some hundred roundings, κ below 10
    checkRule(implicit, [M], { order: 1 })
    expect(relativeDifference(grad(jit(loss))(M), grad(loss)(M))).toBeLessThan(1e-13)
  })

  it('compiles at most twice in a loop that makes matrix and closure anew', () => {
    const run = (seed: number): unknown => {
      const N = matrix(seed)
      const loss = (p: Tensor): Tensor => sum(abs2(solveIvp((_t, y) => mul(p, solve(N, y)), [0, 1], y0).ys))
      return grad(loss)(complex(0.3, 1))
    }
    const counts = [10, 11, 12, 13, 14].map((seed) => {
      const before = compilationCount()
      run(seed)
      return compilationCount() - before
    })
    expect(counts.slice(2)).toEqual([0, 0, 0])
  })

  it('inside of a jitted loss compiles once for new closures: progress is no new function each time', () => {
    const counts = [1, 2, 3].map(() => {
      const before = compilationCount()
      jit((p: Tensor) => sum(abs2(solveIvp((_t, y) => mul(p, y), [0, 1], complex(1)).ys)))(complex(-0.3, 2))
      return compilationCount() - before
    })
    expect(counts.slice(1)).toEqual([0, 0])
  })

  it('keeps what depends on t or y where it is', () => {
    const M = matrix(15)
    const moving = (N: Tensor): Tensor =>
      solveIvp<Tensor>((t, y, K) => solve(add(K, mul(exp(mul(-1, t)), K)), y), [0, 1], y0, { args: N, rtol: 1e-8 }).ys
    checkRule(moving, [M], { order: 1 })
    expect(factorizations(() => moving(M))).toBeGreaterThan(10)
  })
})
