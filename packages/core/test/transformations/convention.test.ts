import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  cadConvention,
  complex,
  conj,
  exp,
  grad,
  jaxConvention,
  jvp,
  mul,
  real,
  sum,
  valueAndGrad,
  vjp,
  type Tensor,
} from '@cad/core'
import { errorOf } from '../error-of.ts'

const options = { convention: jaxConvention }
const loss = (z: Tensor): Tensor => real(sum(mul(exp(z), abs2(z))))

describe('the convention of JAX', () => {
  it('gives the conjugate gradient: 6 − 8i for |z|² at 3 + 4i', () => {
    expect(grad(abs2)({ re: 3, im: 4 }).item()).toEqual({ re: 6, im: 8 })
    expect(grad(abs2, options)({ re: 3, im: 4 }).item()).toEqual({ re: 6, im: -8 })
    expect(grad(abs2, { convention: cadConvention })({ re: 3, im: 4 }).item()).toEqual({ re: 6, im: 8 })
  })

  it('gives f′ for the pullback of 1 of a holomorphic f', () => {
    const z = randomComplex([3], 1)
    const { value, pullback } = vjp((x: Tensor) => exp(x), options)(z)
    expect(maxDifference(pullback(complex(real(exp(mul(0, z))))), exp(z))).toBe(0)
    expect(maxDifference(value, exp(z))).toBe(0)
  })

  it('is the plain transpose of the jvp: Σ w̄ jvp(ż) = Σ pullback(w̄) ż in the real part', () => {
    const [z, dz, w] = [randomComplex([4], 2), randomComplex([4], 3), randomComplex([4], 4)]
    const f = (x: Tensor): Tensor => mul(exp(x), conj(x))
    const pairing = (a: Tensor, b: Tensor): Tensor => real(sum(mul(a, b)))
    const left = pairing(w, jvp(f)(z, dz).tangent)
    const right = pairing(vjp(f, options)(z).pullback(w), dz)
    expect(maxDifference(left, right)).toBeLessThan(1e-14) // sums of 16 products below 4
  })

  it('conjugates on the way in and out, and every leaf of a tree', () => {
    const [z, x, w] = [randomComplex([2], 5), randomReal([2], 6), randomComplex([2], 7)]
    const f = (p: { z: Tensor; x: Tensor }): { y: Tensor } => ({ y: mul(mul(p.z, p.z), conj(p.x)) })
    const ours = vjp(f)({ z, x }).pullback({ y: conj(w) })
    const theirs = vjp(f, options)({ z, x }).pullback({ y: w })
    expect(maxDifference(theirs, { z: conj(ours.z), x: ours.x })).toBe(0)
    expect(theirs.x.dtype).toBe('float64')
  })

  it('refuses what vjp refuses', () => {
    const { pullback } = vjp((x: Tensor) => abs2(x), options)(1)
    expect(errorOf(() => pullback('1' as never)).message).toMatch(/^vjp: expected tensors, numbers or complex numbers/)
    expect(errorOf(() => pullback(complex(0, 1))).message).toMatch(/^vjp: the value is real, so its cotangent is real/)
  })

  it('leaves value and inner transformations alone', () => {
    const z = randomComplex([2], 8)
    const both = valueAndGrad(loss, options)(z)
    expect(maxDifference(both.value, loss(z))).toBe(0)
    expect(maxDifference(both.gradient, conj(grad(loss)(z)))).toBe(0)
    const nested = (x: Tensor): Tensor => sum(abs2(grad(loss)(x)))
    expect(maxDifference(grad(nested, options)(z), conj(grad(nested)(z)))).toBe(0)
  })
})
