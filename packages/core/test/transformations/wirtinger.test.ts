import { maxDifference, randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { DtypeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add, mul, square } from '../../src/ops/arithmetic.ts'
import { abs2, conj, real } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { at } from '../../src/ops/indexing.ts'
import { stack } from '../../src/ops/joining.ts'
import { matmul } from '../../src/ops/matmul.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, toTensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { wirtinger } from '../../src/transformations/wirtinger.ts'
import { errorOf } from '../error-of.ts'

const z = { re: 3, im: 4 }

describe('the convention at 3 + 4i', () => {
  it('has 6 + 8i as gradient of |z|²', () => expect(grad((x: Tensor) => abs2(x))(z).item()).toEqual({ re: 6, im: 8 }))

  it('has conj f′ as cotangent of a holomorphic f with the seed 1', () => {
    expect(
      vjp((x: Tensor) => square(x))(z)
        .pullback(1)
        .item(),
    ).toEqual({ re: 6, im: -8 })
    expect(
      vjp((x: Tensor) => mul({ re: 0, im: 1 }, x))(z)
        .pullback(1)
        .item(),
    ).toEqual({ re: 0, im: -1 })
  })

  it('has f′ ż as tangent of a holomorphic f', () => {
    expect(jvp(square)(z, { re: 0, im: 1 }).tangent.item()).toEqual({ re: -8, im: 6 })
  })

  it('has a gradient that descends: |z − η g|² < |z|²', () => {
    const g = grad((x: Tensor) => abs2(x))(z)
    expect(Number(abs2(add(z, mul(-0.25, g))).item())).toBe(25 / 4)
  })

  it('has 2 ∂L/∂z̄ as gradient', () => {
    const loss = (x: Tensor): Tensor => real(mul(exp(x), conj(square(x))))
    const { dzbar } = wirtinger(loss)(z)
    // Numbers up to 1e3, a few ε each
    expect(relativeDifference(grad(loss)(z), mul(2, dzbar))).toBeLessThan(1e-14)
  })
})

describe('wirtinger', () => {
  it.each<[string, (x: Tensor) => Tensor, { dz: object; dzbar: object }]>([
    ['z²', square, { dz: { re: 6, im: 8 }, dzbar: { re: 0, im: 0 } }],
    ['conj z', conj, { dz: { re: 0, im: 0 }, dzbar: { re: 1, im: 0 } }],
    ['|z|²', abs2, { dz: { re: 3, im: -4 }, dzbar: { re: 3, im: 4 } }],
    ['z |z|²', (x) => mul(x, abs2(x)), { dz: { re: 50, im: 0 }, dzbar: { re: -7, im: 24 } }], // 2|z|², z²
    ['Re z', real, { dz: { re: 0.5, im: 0 }, dzbar: { re: 0.5, im: 0 } }],
    ['a constant', () => toTensor(1), { dz: { re: 0, im: 0 }, dzbar: { re: 0, im: 0 } }],
  ])('gives both derivatives of %s', (_, f, { dz, dzbar }) => {
    const pair = wirtinger(f)(z)
    expect(maxDifference(pair, { dz, dzbar })).toBe(0) // small integers: exact
  })

  const A = randomComplex([2, 3], 1)
  const x = randomComplex([3], 2)

  it('gives matrices [out, in] for functions of vectors', () => {
    const { dz, dzbar } = wirtinger((v) => matmul(A, v))(x)
    expect(maxDifference(dz, A)).toBeLessThan(1e-15)
    expect(maxDifference(dzbar, mul(0, A))).toBeLessThan(1e-15)
    const anti = wirtinger((v) => matmul(A, conj(v)))(x)
    expect(maxDifference(anti.dzbar, A)).toBeLessThan(1e-15)
    expect(maxDifference(anti.dz, mul(0, A))).toBeLessThan(1e-15)
  })

  it('gives [...out, ...in] for tensors of any rank', () => {
    const { dz } = wirtinger((v) => stack([v, mul(2, v)]))(randomComplex([2, 2], 3))
    expect(dz.shape).toEqual([2, 2, 2, 2, 2])
    expect(at(dz, 1, 0, 1, 0, 1).item()).toEqual({ re: 2, im: 0 })
    expect(at(dz, 1, 0, 1, 1, 0).item()).toEqual({ re: 0, im: 0 })
  })

  it('chains by augmented matrices: (g∘f)_z = g_w f_z + g_w̄ conj(f_z̄)', () => {
    const f = (v: Tensor): Tensor => mul(conj(v), exp(v))
    const g = (v: Tensor): Tensor => mul(v, abs2(v))
    const point = toTensor({ re: 0.3, im: -0.6 })
    const [F, G, composed] = [wirtinger(f)(point), wirtinger(g)(f(point)), wirtinger((v) => g(f(v)))(point)]
    // Products of numbers near 1
    expect(maxDifference(composed.dz, add(mul(G.dz, F.dz), mul(G.dzbar, conj(F.dzbar))))).toBeLessThan(1e-14)
    expect(maxDifference(composed.dzbar, add(mul(G.dz, F.dzbar), mul(G.dzbar, conj(F.dz))))).toBeLessThan(1e-14)
  })

  it('takes a real argument as a complex one', () => {
    const { dz, dzbar } = wirtinger(abs2)(3)
    expect(maxDifference([dz, dzbar], [3, 3])).toBe(0)
  })

  it('runs the function once', () => {
    let calls = 0
    wirtinger((v) => (calls++, square(v)))(x)
    expect(calls).toBe(1)
  })

  it('of no elements is empty', () => {
    const { dz, dzbar } = wirtinger((v) => sum(v))(tensor([]))
    expect([dz.shape, dzbar.shape]).toEqual([[0], [0]])
    expect(wirtinger((v) => stack([v, v]))(tensor([])).dz.shape).toEqual([2, 0, 0])
  })

  it('can be differentiated', () => {
    // d/dz of (z |z|²)_z = 2 z z̄ is 2 z̄
    const { dz } = wirtinger((v) => wirtinger((u) => mul(u, abs2(u)))(v).dz)(z)
    expect(dz.item()).toEqual({ re: 6, im: -8 })
  })

  it('names what it got instead of a tensor', () => {
    const error = errorOf(() => wirtinger(square)('1' as never))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(/^wirtinger: expected tensors, numbers or complex numbers .*got the string '1'/)
  })
})
