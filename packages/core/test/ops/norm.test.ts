import { maxDifference, randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { ArgumentError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { abs, real } from '../../src/ops/conjugation.ts'
import { norm } from '../../src/ops/norm.ts'
import { pow } from '../../src/ops/power.ts'
import { sum } from '../../src/ops/reduction.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const x = randomComplex([3, 4], 1)
const orders = [1, 1.25, 2, 3, 4, 6.5, Infinity]

describe('norm of any order', () => {
  it.each(orders.filter((ord) => ord < Infinity))('is the root of the sum of powers, ord = %d', (ord) => {
    const expected = pow(sum(pow(abs(x), ord), { axis: 1 }), 1 / ord)
    expect(relativeDifference(norm(x, { ord, axis: 1 }), expected)).toBeLessThan(2e-15) // four powers and a root
    expect(norm(x, { ord, keepdims: true }).shape).toEqual([1, 1])
  })

  it('of infinite order is the largest modulus', () => {
    expect(norm(tensor([3, { re: 3, im: -4 }, -2]), { ord: Infinity }).item()).toBe(5)
  })

  it.each(orders)('scales with its argument, also where powers overflow, ord = %d', (ord) => {
    const usual = Number(norm(x, { ord }).item())
    for (const scale of [2 ** -900, 2 ** 900]) {
      expect(Number(norm(mul(scale, x), { ord }).item()) / scale / usual).toBeCloseTo(1, 14)
      const difference = maxDifference(
        grad((z: Tensor) => norm(z, { ord }))(mul(scale, x)),
        grad((z: Tensor) => norm(z, { ord }))(x),
      )
      expect(difference).toBeLessThan(2e-15) // scaling by powers of two is exact; what is left are other roundings
    }
  })

  it.each(orders)('has derivative 0 at 0 and second derivative 0, ord = %d', (ord) => {
    const zero = tensor([0, { re: 0, im: 0 }])
    const f = (z: Tensor): Tensor => norm(z, { ord })
    const one = tensor([1, { re: 0, im: 1 }])
    const derivatives = [grad(f)(zero), jvp(f)(zero, one).tangent, jvp(grad(f))(zero, one).tangent, grad(jit(f))(zero)]
    expect(derivatives.flatMap(({ data }) => [...data]).every((part) => part === 0)).toBe(true)
  })

  it.each(orders)('has a gradient with zeros among the elements, ord = %d', (ord) => {
    const z = tensor([{ re: 3, im: 4 }, 0, 0])
    const g = grad((y: Tensor) => norm(y, { ord }))(z)
    expect(maxDifference(g, tensor([{ re: 0.6, im: 0.8 }, 0, 0]))).toBeLessThan(1e-15)
    const second = jvp(grad((y: Tensor) => norm(y, { ord })))(z, z).tangent
    expect(maxDifference(second, mul(0, z))).toBeLessThan(1e-15) // the gradient does not change along z
  })

  it('of order 2 has its second derivative at elements that are 0, where the norm is smooth', () => {
    const second = jvp(grad((y: Tensor) => norm(y)))(tensor([2, 0]), tensor([0, 1])).tangent
    expect(second.toArray()).toEqual([0, 0.5])
  })

  it('of infinite order shares its derivative among the largest', () => {
    expect(grad((y: Tensor) => norm(y, { ord: Infinity }))(tensor([3, -3, 1])).toArray()).toEqual([0.5, -0.5, 0])
  })

  it('is infinite for infinite elements and NaN for NaN', () => {
    for (const ord of orders) {
      expect(norm(tensor([1, -Infinity]), { ord }).item()).toBe(Infinity)
      expect(norm(tensor([1, NaN, 2]), { ord }).item()).toBeNaN()
      expect(norm(tensor([]), { ord }).item()).toBe(0)
    }
  })

  it('is the same compiled', () => {
    const f = (z: Tensor): Tensor => real(norm(mul(z, z), { ord: 3 }))
    expect(maxDifference(jit(f)(x), f(x))).toBe(0)
    expect(maxDifference(grad(jit(f))(x), grad(f)(x))).toBeLessThan(1e-15)
  })

  it.each([0.5, 0, -1, NaN])('refuses the order %d, which is no norm', (ord) => {
    const error = errorOf(() => norm(x, { ord }))
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toBe(
      `norm: ord must be a number from 1 to Infinity, got ${ord}. Below 1 it would be no norm.`,
    )
  })
})
