import { abs2, checkRule, grad, jit, jvp, mul, sub, sum, tensor, vjp, type Tensor } from '@cad/core'
import { randomComplex, randomWellConditioned, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { SingularMatrixError } from '../src/errors.ts'
import { solve } from '../src/solve.ts'

const [A, b] = [randomWellConditioned(4, 1), randomComplex([4], 2)]

describe('solve under jit, where it has no scalar form and runs by its kernels', () => {
  it('has the same value, gradient and second derivatives', () => {
    const loss = (a: Tensor): Tensor => sum(abs2(sub(solve(a, mul(b, 2)), 1)))
    const compiled = jit(loss)
    const direction = randomComplex([4, 4], 3)
    const hessian = (f: (a: Tensor) => Tensor): Tensor[] => [
      jvp(grad(f))(A, direction).tangent,
      vjp((a: Tensor) => grad(f)(a))(A).pullback(direction),
    ]
    // κ(A) ≤ 3: some 10 n ε for each of at most four solves, one after the other
    expect(relativeDifference(compiled(A), loss(A))).toBeLessThan(1e-13)
    expect(relativeDifference(grad(compiled)(A), grad(loss)(A))).toBeLessThan(1e-13)
    expect(relativeDifference(jit(grad(loss))(A), grad(loss)(A))).toBeLessThan(1e-13)
    expect(relativeDifference(hessian(compiled), hessian(loss))).toBeLessThan(1e-13)
  })

  it('passes checkRule with order 2, plain and adjoint', () => {
    expect(
      checkRule(
        jit((a: Tensor, x: Tensor) => solve(a, x)),
        [A, b],
      ).identity,
    ).toBeLessThan(1e-12)
    const flipped = jit((a: Tensor, x: Tensor) => solve(a, x, { adjoint: true }))
    expect(checkRule(flipped, [A, b]).identity).toBeLessThan(1e-12)
  })

  it('differentiates with respect to a matrix caught outside', () => {
    const eager = grad((a: Tensor) => sum(abs2(solve(a, b))))(A)
    const caught = grad((a: Tensor) => jit((x: Tensor) => sum(abs2(solve(a, x))))(b))(A)
    expect(relativeDifference(caught, eager)).toBeLessThan(1e-13)
  })

  it('refuses a singular matrix', () => {
    const singular = tensor([
      [1, 2],
      [2, 4],
    ])
    expect(() => jit((a: Tensor, x: Tensor) => solve(a, x))(singular, tensor([1, 2]))).toThrow(SingularMatrixError)
  })
})
