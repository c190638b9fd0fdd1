import { randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { wirtinger } from '../../src/transformations/wirtinger.ts'
import { grad } from '../../src/transformations/grad.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { exp, log } from '../../src/ops/holomorphic.ts'
import { pow } from '../../src/ops/power.ts'
import { toTensor, type Tensor } from '../../src/tensor.ts'

const z = toTensor({ re: -0.6, im: 0.9 })

describe('pow', () => {
  it.each([-64, -3, -1, 0, 1, 2, 7, 64])('is the repeated product for the exponent %d', (n) => {
    let product = toTensor({ re: 1, im: 0 })
    for (let i = 0; i < Math.abs(n); i++) product = mul(product, z)
    const expected = n < 0 ? mul(pow(product, -1), 1) : product
    // 64 factors in another order: 64 ε
    expect(relativeDifference(pow(z, n), expected)).toBeLessThan(64 * 2.3e-16)
  })

  it('is the same on both sides of the largest unrolled exponent', () => {
    // |z|⁶⁵ ≈ 189 and exp(65 log z) loses 65 |log z| ε
    expect(relativeDifference(pow(z, 65), mul(pow(z, 64), z))).toBeLessThan(3e-14)
    expect(pow(-2, 65).item()).toBe(-(2 ** 65))
    expect(pow(-2, -65).item()).toBe(-(2 ** -65))
  })

  it('is exp(p log z) for a complex exponent and for a complex base with a real one', () => {
    const p = toTensor({ re: 0.3, im: -0.8 })
    expect(relativeDifference(pow(z, p), exp(mul(p, log(z))))).toBeLessThan(1e-15)
    expect(relativeDifference(pow(z, 0.3), exp(mul(0.3, log(z))))).toBeLessThan(1e-15)
    expect(relativeDifference(pow(2, p), exp(mul(p, Math.LN2)))).toBeLessThan(1e-15)
  })

  it('stays real for real arguments, and takes integer exponents of negative numbers given as tensors', () => {
    expect(pow(-2, toTensor(3)).item()).toBe(-8)
    expect(pow(2, 0.5).dtype).toBe('float64')
    expect(pow(-2, 0.5).item()).toBeNaN()
    expect(grad((x: Tensor) => pow(x, toTensor(3)))(-2).item()).toBeCloseTo(12, 13)
  })

  it('differentiates with respect to both arguments', () => {
    const p = toTensor({ re: 0.3, im: -0.8 })
    // Partials p zᵖ⁻¹ and zᵖ log z, each of a few roundings
    expect(relativeDifference(wirtinger((x) => pow(x, p))(z).dz, mul(p, pow(z, { re: -0.7, im: -0.8 })))).toBeLessThan(
      1e-14,
    )
    expect(relativeDifference(wirtinger((q) => pow(z, q))(p).dz, mul(pow(z, p), log(z)))).toBeLessThan(1e-14)
  })

  it('broadcasts base against exponent', () => {
    expect(pow(randomComplex([2, 1], 1), randomComplex([3], 2)).shape).toEqual([2, 3])
  })
})
