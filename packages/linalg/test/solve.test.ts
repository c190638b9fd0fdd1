import {
  abs2,
  adjoint,
  checkRule,
  DtypeError,
  grad,
  jit,
  jvp,
  matmul,
  mul,
  norm,
  ShapeError,
  sub,
  sum,
  tensor,
  vjp,
  type CadError,
  type Tensor,
} from '@cad/core'
import {
  randomComplex,
  randomReal,
  randomWellConditioned,
  randomWellConditionedReal,
  relativeDifference,
} from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { SingularMatrixError } from '../src/errors.ts'
import { solve } from '../src/solve.ts'

// κ(A) ≤ 3 by construction: solutions are good to some 10 n ε, at n ≤ 8.
const rounding = 1e-14

describe('solve', () => {
  it.each([0, 1, 2, 8])('leaves no residual A X − B, nor Aᴴ X − B (n = %i)', (n) => {
    const [A, B] = [randomWellConditioned(n, n + 1), randomComplex([n, 3], n + 2)]
    expect(norm(sub(matmul(A, solve(A, B)), B)).item()).toBeLessThan(rounding)
    expect(norm(sub(matmul(adjoint(A), solve(A, B, { adjoint: true })), B)).item()).toBeLessThan(rounding)
  })

  it('takes one right-hand side as a vector', () => {
    const [A, b] = [randomWellConditioned(3, 1), randomComplex([3], 2)]
    expect(solve(A, b).shape).toEqual([3])
    expect(norm(sub(matmul(A, solve(A, b)), b)).item()).toBeLessThan(rounding)
  })

  it.each<[string, Tensor, Tensor]>([
    ['complex', randomWellConditioned(3, 1), randomComplex([3, 2], 2)],
    ['real', randomWellConditionedReal(3, 3), randomReal([3, 2], 4)],
    ['a real matrix and complex right-hand sides', randomWellConditionedReal(3, 5), randomComplex([3], 6)],
    ['a complex matrix and real right-hand sides', randomWellConditioned(3, 7), randomReal([3], 8)],
    ['1 × 1', randomWellConditioned(1, 9), randomComplex([1, 1], 10)],
    ['empty', randomWellConditioned(0, 11), randomComplex([0, 2], 12)],
  ])('passes checkRule with order 2, plain and adjoint, eager and compiled: %s', (_, A, B) => {
    checkRule((a, b) => solve(a, b), [A, B])
    checkRule((a, b) => solve(a, b, { adjoint: true }), [A, B])
    checkRule(
      jit((a: Tensor, b: Tensor) => solve(a, b)),
      [A, B],
    )
  })

  it('has the same value and derivatives under jit, where it runs by its kernels', () => {
    const [A, b] = [randomWellConditioned(4, 1), randomComplex([4], 2)]
    const loss = (a: Tensor): Tensor => sum(abs2(sub(solve(a, mul(b, 2)), 1)))
    const compiled = jit(loss)
    const direction = randomComplex([4, 4], 3)
    expect(relativeDifference(compiled(A), loss(A))).toBeLessThan(rounding)
    expect(relativeDifference(grad(compiled)(A), grad(loss)(A))).toBeLessThan(10 * rounding)
    expect(relativeDifference(jit(grad(loss))(A), grad(loss)(A))).toBeLessThan(10 * rounding)
    expect(
      relativeDifference(jvp(grad(compiled))(A, direction).tangent, jvp(grad(loss))(A, direction).tangent),
    ).toBeLessThan(100 * rounding)
    expect(
      relativeDifference(vjp(grad(compiled))(A).pullback(direction), vjp(grad(loss))(A).pullback(direction)),
    ).toBeLessThan(100 * rounding)
  })

  it('refuses a singular matrix, and the compiled function does too', () => {
    const A = tensor([
      [1, 2],
      [2, 4],
    ])
    for (const f of [solve, jit((a: Tensor, b: Tensor) => solve(a, b))]) {
      expect(() => f(A, tensor([1, 2]))).toThrow(SingularMatrixError)
      expect(() => f(A, tensor([1, 2]))).toThrow(/^solve: A is singular or not finite: pivot 1 of 2 is zero or NaN/)
    }
  })

  it.each<[string, () => unknown, new (message: string) => CadError, RegExp]>([
    [
      'a wide matrix',
      () => solve(randomReal([3, 4], 1), 1),
      ShapeError,
      /^solve: A must be square, got shape \[3, 4\]\. For least squares use lstsq/,
    ],
    ['a vector as matrix', () => solve(tensor([1, 2]), 1), ShapeError, /^solve: A must be a matrix, got shape \[2\]/],
    [
      'too few rows',
      () => solve(randomWellConditioned(3, 1), randomReal([2, 1], 1)),
      ShapeError,
      /^solve: b must have 3 rows like A, got shape \[2, 1\]/,
    ],
    [
      'an array',
      () => solve(randomWellConditioned(2, 1), [1, 2] as never),
      DtypeError,
      /^solve: expected a Tensor.*got an array of length 2/,
    ],
  ])('refuses %s', (_, f, type, message) => {
    expect(f).toThrow(type)
    expect(f).toThrow(message)
  })
})
