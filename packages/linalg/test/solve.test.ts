import fc from 'fast-check'
import { Matrix, solve as realSolve } from 'ml-matrix'
import {
  abs2,
  add,
  checkRule,
  grad,
  jvp,
  matmul,
  mul,
  norm,
  ShapeError,
  sub,
  sum,
  tensor,
  valueAndGrad,
  vdot,
  zeros,
  adjoint,
  real,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { fromMlMatrix, SingularMatrixError, solve, toMlMatrix } from '@cad/linalg'
import { countCalls, distance, illConditioned, random, sizes, thrown, wellConditioned } from './matrices.ts'

const adjointSolve = (A: Tensor, B: Tensor): Tensor => solve(A, B, { adjoint: true })

describe('solve', () => {
  it('leaves no residual A X − B, nor Aᴴ X − B', () => {
    fc.assert(
      fc.property(sizes, ({ n, k, field, seed }) => {
        const [A, B] = [wellConditioned(n, n, seed, field), random([n, k], seed, field)]
        // Some 100 ε ‖B‖: κ(A) ≤ 3 by construction, so there is no growth to speak of.
        const tolerance = 100 * Number.EPSILON * (norm(B).item() as number)
        expect(distance(matmul(A, solve(A, B)), B)).toBeLessThan(tolerance)
        expect(distance(matmul(adjoint(A), adjointSolve(A, B)), B)).toBeLessThan(tolerance)
      }),
    )
  })

  it.each([1, 2, 7, 20])('agrees with ml-matrix on the real embedding, n = %i', (n) => {
    const [A, B] = [wellConditioned(n, n, n), random([n, 2], n)]
    const expected = realSolve(toMlMatrix(A, Matrix), toMlMatrix(B, Matrix))
    // Two backward stable solvers of a system with κ ≤ 3.
    expect(distance(solve(A, B), fromMlMatrix(expected, { embedded: true }))).toBeLessThan(1e-13)
  })

  it('keeps real data real', () => {
    expect(solve(random([3, 3], 1, 'real'), random([3], 1, 'real')).dtype).toBe('float64')
    expect(solve(random([3, 3], 1, 'real'), random([3], 1)).dtype).toBe('complex128')
  })

  it('has a gradient with rules of its own', () => {
    const b = random([5], 3)
    checkRule(
      grad((A: Tensor) => sum(abs2(solve(A, b)))),
      [wellConditioned(5, 5, 4)],
    )
  })

  it.each([1e3, 1e6, 1e9])('has rules for κ = %d, as good as the condition allows', (kappa) => {
    const A = illConditioned(5, 5, kappa, 3)
    // The residual of the adjoint identity, and that of A X = B in each of the differences, is backward error times κ:
    // c ε κ with c = 10 for the identity, and c = 10⁵ for differences, which divide it by a step of 10⁻³ to 10⁻⁵.
    const error = Number.EPSILON * kappa
    const options = { order: 1, identityTolerance: 10 * error, differenceTolerance: 1e5 * error } as const
    checkRule(solve, [A, random([5], 3)], options)
    checkRule(adjointSolve, [A, random([5], 3)], options)
  })

  it.each([1e-300, 1e-150, 1e150, 1e300])('solves at the scale %d', (scale) => {
    const [A, b] = [wellConditioned(4, 4, 1), random([4], 2)]
    const x = solve(mul(scale, A), mul(scale, b))
    expect(distance(x, solve(A, b))).toBeLessThan(1e-13) // κ ≤ 3, and scaling rounds each entry once.
  })

  it('factors each matrix once for value, gradient and Hessian', () => {
    const [A, b] = [wellConditioned(4, 4, 1), random([4], 2)]
    const loss = (M: Tensor): Tensor => add(sum(abs2(solve(M, b))), sum(abs2(solve(M, b, { adjoint: true }))))
    const calls = countCalls('getrf', () => {
      solve(A, b)
      valueAndGrad(loss)(A)
      jvp(grad(loss))(A, random([4, 4], 3))
      grad((M: Tensor) => real(vdot(random([4, 4], 4), grad(loss)(M))))(A)
    })
    expect(calls).toBe(1)
  })

  it('factors an equal but different matrix again', () => {
    const calls = countCalls('getrf', () => {
      for (let i = 0; i < 2; i++) solve(wellConditioned(3, 3, 1), zeros([3]))
    })
    expect(calls).toBe(2)
  })

  it('gives zero rules for a zero right-hand side', () => {
    const bar = grad((A: Tensor) => sum(abs2(solve(A, zeros([3])))))(wellConditioned(3, 3, 1, 'real'))
    expect(distance(bar, zeros([3, 3]))).toBe(0)
  })

  it.each([
    [
      'singular',
      tensor([
        [1, 2],
        [2, 4],
      ]),
      1,
    ],
    ['zero', zeros([2, 2]), 0],
    [
      'NaN',
      tensor([
        [1, NaN],
        [2, 4],
      ]),
      1,
    ],
    [
      'infinite',
      tensor([
        [Infinity, 1],
        [2, 4],
      ]),
      0,
    ],
  ])('refuses a %s matrix', (_, A, pivot) => {
    const error = thrown(() => solve(A, tensor([1, 2])))
    expect(error).toBeInstanceOf(SingularMatrixError)
    expect(error.message).toBe(
      `solve: A is singular or not finite: pivot ${pivot} of 2 is zero or NaN. ` +
        'Check the model for dependent equations, or use lstsq.',
    )
  })

  it.each([
    [[3, 4], [3], 'solve: A must be square, got shape [3, 4]. For least squares use lstsq.'],
    [[3], [3], 'solve: A must be a matrix, got shape [3]. Reshape it, or stack its rows.'],
    [
      [3, 3],
      [4],
      'solve: b must have 3 rows like A, got shape [4]. One right-hand side is a vector [3], several are the columns of [3, k].',
    ],
    [
      [3, 3],
      [2, 5],
      'solve: b must have 3 rows like A, got shape [2, 5]. One right-hand side is a vector [3], several are the columns of [3, k].',
    ],
    [
      [3, 3],
      [],
      'solve: b must have 3 rows like A, got shape []. One right-hand side is a vector [3], several are the columns of [3, k].',
    ],
  ])('says what is wrong with shapes %j and %j', (ofA, ofB, message) => {
    const error = thrown(() => solve(random(ofA, 1), random(ofB, 2)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(message)
  })

  it('is linear in B', () => {
    const [A, B, C] = [wellConditioned(4, 4, 1), random([4, 2], 2), random([4, 2], 3)]
    expect(distance(solve(A, sub(B, C)), sub(solve(A, B), solve(A, C)))).toBeLessThan(1e-13) // some 100 ε
  })
})
