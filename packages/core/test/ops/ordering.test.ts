import { describe, expect, it } from 'vitest'
import { DtypeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jit } from '../../src/closed/jit.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { sqrt } from '../../src/ops/holomorphic.ts'
import { ceil, clip, floor, maximum, minimum, round } from '../../src/ops/ordering.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const a = tensor([1, 2, 3])

describe('maximum and minimum', () => {
  it('choose element by element and broadcast', () => {
    expect(maximum(a, 2).toArray()).toEqual([2, 2, 3])
    expect(minimum(a, tensor([[0], [2.5]])).toArray()).toEqual([
      [0, 0, 0],
      [1, 2, 2.5],
    ])
    expect([maximum(NaN, 1).item(), minimum(1, NaN).item()]).toEqual([NaN, NaN])
  })

  it('share the derivative where both are equal', () => {
    const bars = grad(({ x, y }: { x: Tensor; y: Tensor }) => sum(maximum(x, y)))({ x: a, y: 2 })
    expect([bars.x.toArray(), bars.y.item()]).toEqual([[0, 0.5, 1], 1.5])
    expect(grad((x: Tensor) => sum(minimum(x, 2)))(a).toArray()).toEqual([1, 0.5, 0])
    expect(grad((x: Tensor) => sum(maximum(x, x)))(a).toArray()).toEqual([1, 1, 1])
    expect(jvp((x: Tensor) => maximum(x, 2))(a, tensor([4, 4, 4])).tangent.toArray()).toEqual([0, 2, 4])
  })

  it('keep infinite slopes of the side not chosen out', () => {
    const f = (x: Tensor): Tensor => maximum(sqrt(x), 1)
    expect([grad(f)(0).item(), jvp(f)(0, 1).tangent.item(), grad(jit(f))(0).item()]).toEqual([0, 0, 0])
  })
})

describe('clip', () => {
  const x = tensor([-2, -1, 0, 1, 2])
  const loss = ({ x, low, high }: { x: Tensor; low: Tensor; high: Tensor }): Tensor =>
    sum(mul(tensor([1, 2, 3, 4, 5]), clip(x, low, high)))

  it('limits to both sides or to one, the upper bound winning where they are crossed', () => {
    expect(clip(x, -1, 1).toArray()).toEqual([-1, -1, 0, 1, 1])
    expect(clip(x, 0).toArray()).toEqual([0, 0, 0, 1, 2])
    expect(clip(x, undefined, 0).toArray()).toEqual([-2, -1, 0, 0, 0])
    expect(clip(x, 1, -1).toArray()).toEqual([-1, -1, -1, -1, -1])
  })

  it.each([
    ['eager', loss],
    ['compiled', jit(loss)],
  ])('gives the derivative to x inside and on a bound, to the bound outside: %s', (_, f) => {
    const bars = grad(f)({ x, low: -1, high: 1 })
    expect([bars.x.toArray(), bars.low.item(), bars.high.item()]).toEqual([[0, 2, 3, 4, 0], 1, 5])
    const crossed = grad(f)({ x, low: 1, high: -1 })
    expect([crossed.x.toArray(), crossed.low.item(), crossed.high.item()]).toEqual([[0, 0, 0, 0, 0], 0, 15])
  })
})

describe('rounding', () => {
  const x = tensor([-2.5, -1.5, -0.5, -0.2, 0, 0.49999999999999994, 0.5, 1.5, 2.5, 7.7, 2 ** 53 - 1, 1e300])
  // toEqual tells −0 from 0, adding 0 does not
  const plain = (y: Tensor): number[] => [...y.data].map((value) => value + 0)

  it('goes down, up, or to the nearest, halves to even as in NumPy', () => {
    expect(plain(floor(x))).toEqual([-3, -2, -1, -1, 0, 0, 0, 1, 2, 7, 2 ** 53 - 1, 1e300])
    expect(plain(ceil(x))).toEqual([-2, -1, 0, 0, 0, 1, 1, 2, 3, 8, 2 ** 53 - 1, 1e300])
    expect(plain(round(x))).toEqual([-2, -2, 0, 0, 0, 0, 0, 2, 2, 8, 2 ** 53 - 1, 1e300])
    for (const f of [floor, ceil, round]) expect(plain(jit(f)(x))).toEqual(plain(f(x)))
  })

  it.each(Object.entries({ floor, ceil, round }))('has derivative 0 everywhere: %s', (_, f) => {
    expect(grad((y: Tensor) => sum(f(y)))(x).data.every((slope) => slope === 0)).toBe(true)
  })
})

describe('complex arguments', () => {
  const z = { re: 1, im: 0 }

  it.each<[string, () => Tensor, RegExp]>([
    ['maximum', () => maximum(z, 1), /have no order: compare abs, real or imag/],
    ['minimum', () => minimum(1, z), /have no order: compare abs, real or imag/],
    ['clip', () => clip(z, 0, 1), /have no order: .* To limit a modulus, multiply by minimum\(1, r \/ abs\(z\)\)/],
    ['floor', () => floor(z), /have no order: round real and imag apart/],
    ['ceil', () => ceil(z), /have no order: round real and imag apart/],
    ['round', () => round(z), /have no order: round real and imag apart/],
  ])('are refused by %s with the reason', (name, f, reason) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(reason)
    expect(error.message.startsWith(`${name}: expected real tensors, got a complex one. `)).toBe(true)
  })
})
