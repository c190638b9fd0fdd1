import { maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  adjoint,
  checkRule,
  conj,
  cos,
  exp,
  grad,
  hessian,
  hvp,
  jit,
  matmul,
  mul,
  real,
  sin,
  square,
  sum,
  transpose,
  vdot,
  type Tensor,
} from '@cad/core'
import { errorOf } from '../error-of.ts'

const loss = (z: Tensor): Tensor => add(real(vdot(z, exp(z))), square(sum(abs2(sin(z)))))

// Sums of a dozen products, relative to the largest.
const rounding = 1e-14

describe('the Hessian', () => {
  it('of a quadratic form of reals is its symmetric matrix', () => {
    const M = randomReal([3, 3], 1)
    const H = hessian((x) => matmul(x, matmul(M, x)))(randomReal([3], 2))
    expect(maxDifference(H, add(M, transpose(M)))).toBeLessThan(rounding)
  })

  it('has the shape [...in, ...in]', () => {
    const H = hessian((x) => sum(mul(x, mul(x, x))))(randomReal([2, 3], 1))
    expect((H as Tensor).shape).toEqual([2, 3, 2, 3])
    expect((hessian((x) => square(x))(2) as Tensor).item()).toBe(2)
  })

  it('of a complex form zᴴA z + Re zᵀB z is the pair 2 herm A and 2 sym conj B', () => {
    const [A, B] = [randomComplex([2, 2], 3), randomComplex([2, 2], 4)]
    const f = (z: Tensor): Tensor => real(add(vdot(z, matmul(A, z)), matmul(z, matmul(B, z))))
    const H = hessian(f)(randomComplex([2], 5)) as { dz: Tensor; dzbar: Tensor }
    expect(maxDifference(H.dz, add(A, adjoint(A)))).toBeLessThan(rounding)
    expect(maxDifference(H.dzbar, conj(add(B, transpose(B))))).toBeLessThan(rounding)
  })

  it('maps a step to the change of the gradient: A dz + B conj(dz), A hermitian and B symmetric', () => {
    const [z, v] = [randomComplex([3], 6), randomComplex([3], 7)]
    const { dz: A, dzbar: B } = hessian(loss)(z) as { dz: Tensor; dzbar: Tensor }
    const h = 1e-4
    const moved = (step: number): Tensor => grad(loss)(add(z, mul(step, v)))
    const [p1, m1, p2, m2] = [moved(h), moved(-h), moved(2 * h), moved(-2 * h)]
    const differences = mul(1 / (12 * h), add(mul(8, add(p1, mul(-1, m1))), mul(-1, add(p2, mul(-1, m2)))))
    const change = add(matmul(A, v), matmul(B, conj(v)))
    // Five points with h = 1e-4: h⁴ f⁽⁵⁾ and ε f/h are both near 1e-11 relative.
    expect(relativeDifference(change, differences)).toBeLessThan(1e-9)
    expect(relativeDifference(hvp(loss)(z, v), change)).toBeLessThan(rounding)
    expect(relativeDifference(A, adjoint(A))).toBeLessThan(rounding)
    expect(relativeDifference(B, transpose(B))).toBeLessThan(rounding)
  })

  it('is the same compiled', () => {
    const z = randomComplex([2], 8)
    const H = (x: Tensor): { dz: Tensor; dzbar: Tensor } => hessian(loss)(x) as { dz: Tensor; dzbar: Tensor }
    expect(relativeDifference(jit(H)(z), H(z))).toBeLessThan(rounding)
  })

  it('is refused for a complex function', () => {
    expect(errorOf(() => hessian((z) => z)(randomComplex([], 1))).message).toMatch(/vjp, jacobian or wirtinger/)
  })
})

describe('the Hessian of a tree', () => {
  it('is refused', () => {
    expect(errorOf(() => hessian((x) => x)({ a: 1 } as never)).message).toMatch(
      /^hessian: expected a Tensor, a number or a complex \{ re, im \}, got an object with keys \{ a \}/,
    )
  })
})

describe('hvp', () => {
  it('takes trees and constants', () => {
    const f = (p: { a: Tensor; b: Tensor[] }, c: number): Tensor => mul(c, mul(square(p.a), real(p.b[0])))
    const found = hvp(f)({ a: 3, b: [{ re: 2, im: 1 }] }, { a: 1, b: [{ re: 10, im: 7 }] }, 2)
    // ∂²/∂a² = 4 Re b, ∂²/∂a∂Re b = 4a
    expect(found.a.item()).toBe(4 * 2 * 1 + 4 * 3 * 10)
    expect(found.b[0].item()).toEqual({ re: 4 * 3 * 1, im: 0 })
  })

  it('is the gradient of the slope along v: forward over reverse = reverse over reverse', () => {
    const [z, v] = [randomComplex([3], 9), randomComplex([3], 10)]
    const reverseOverReverse = grad((x: Tensor) => real(vdot(v, grad(loss)(x))))(z)
    expect(relativeDifference(hvp(loss)(z, v), reverseOverReverse)).toBeLessThan(rounding)
  })

  it('is differentiable, and the same compiled', () => {
    const [z, v] = [randomComplex([2], 11), randomComplex([2], 12)]
    checkRule((x: Tensor, u: Tensor) => hvp((y: Tensor) => real(sum(mul(cos(y), conj(y)))))(x, u), [z, v])
    expect(relativeDifference(jit((x: Tensor, u: Tensor) => hvp(loss)(x, u))(z, v), hvp(loss)(z, v))).toBeLessThan(
      rounding,
    )
  })

  it('names the leaf of v that does not fit', () => {
    const f = (p: { a: Tensor; b: Tensor }): Tensor => add(sum(p.a), sum(p.b))
    expect(errorOf(() => hvp(f)({ a: 1, b: randomReal([2], 1) }, { a: 1, b: randomReal([3], 1) })).message).toMatch(
      /jvp: a tangent has the shape of its argument; expected float64 \[2\], got float64 \[3\] at \.b\./,
    )
  })
})
