import { jvp, tensor, toTensor, vjp, wirtinger, type Complex, type Tensor } from '@cad/core'
import { relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { elementwiseCases, unusedReferences } from '../cases/references.ts'

// Values come from Math functions good to about 1 ulp, derivatives from some ten of them; 65 factors in pow65 cost 65 ε.
const rounding = 2e-14

const combine = (a: Complex, b: Complex, sign: 1 | -1): Complex => ({ re: a.re + b.re, im: sign * a.im + b.im })

describe('the fixture', () => {
  it('holds no function that no case names', () => {
    expect(unusedReferences).toEqual([])
  })
})

describe.each(elementwiseCases)('$name', ({ f, points }) => {
  it('has the values of the reference', () => {
    for (const { z, value } of points) expect(relativeDifference(f(z), value)).toBeLessThan(rounding)
  })

  it('has the same values elementwise', () => {
    const together = f(tensor(points.map(({ z }) => z)))
    expect(relativeDifference(together, tensor(points.map(({ value }) => value)))).toBeLessThan(rounding)
  })

  it('has the two Wirtinger derivatives of the reference', () => {
    for (const { z, dz, dzbar } of points)
      expect(relativeDifference(wirtinger(f)(z), { dz: toTensor(dz), dzbar: toTensor(dzbar) })).toBeLessThan(rounding)
  })

  it('has f_z + f_z̄ as tangent along 1, and its projection where the value is real', () => {
    for (const { z, dz, dzbar } of points) {
      const { tangent } = jvp((x: Tensor) => f(x))(z, { re: 1, im: 0 })
      expect(relativeDifference(tangent, combine(dz, dzbar, 1))).toBeLessThan(rounding)
    }
  })

  it('has conj f_z + f_z̄ as cotangent for the seed 1', () => {
    for (const { z, dz, dzbar } of points) {
      const cotangent = vjp((x: Tensor) => f(x))(z).pullback(1)
      expect(relativeDifference(cotangent, combine(dz, dzbar, -1))).toBeLessThan(rounding)
    }
  })
})

describe('an elementwise function', () => {
  it.each(elementwiseCases.filter(({ points }) => points.every(({ dzbar }) => dzbar.re === 0 && dzbar.im === 0)))(
    '$name that is holomorphic has dzbar = 0 and the conjugate of its derivative as cotangent',
    ({ f, points }) => {
      for (const { z, dz } of points) {
        // Exactly opposite terms: ½(f′ + i·i f′); what is left is the rounding of f′ along 1 and along i.
        expect(relativeDifference(wirtinger(f)(z).dzbar, 0) / Math.hypot(1, dz.re, dz.im)).toBeLessThan(1e-15)
        expect(relativeDifference(vjp((x: Tensor) => f(x))(z).pullback(1), { re: dz.re, im: -dz.im })).toBeLessThan(
          rounding,
        )
      }
    },
  )
})
