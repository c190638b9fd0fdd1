import { describe, expect, it } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { DtypeError, ShapeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { mul, reciprocal } from '../../src/ops/arithmetic.ts'
import {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  notEqual,
  where,
} from '../../src/ops/comparison.ts'
import { real } from '../../src/ops/conjugation.ts'
import { log } from '../../src/ops/holomorphic.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const [a, b] = [tensor([1, 2, 3]), tensor([2, 2, 2])]

describe('comparisons', () => {
  it('give zeros and ones', () => {
    expect(less(a, b).toArray()).toEqual([1, 0, 0])
    expect(greater(a, b).toArray()).toEqual([0, 0, 1])
    expect(equal(a, b).toArray()).toEqual([0, 1, 0])
    expect(equal({ re: 1, im: 2 }, tensor([1, { re: 1, im: 2 }])).toArray()).toEqual([0, 1])
    expect(equal(NaN, NaN).item()).toBe(0)
    expect(less(NaN, 1).item()).toBe(0)
  })

  it('include equality where they say so, and treat NaN as different from everything', () => {
    expect(lessEqual(a, b).toArray()).toEqual([1, 1, 0])
    expect(greaterEqual(a, b).toArray()).toEqual([0, 1, 1])
    expect(notEqual(a, b).toArray()).toEqual([1, 0, 1])
    expect(notEqual({ re: 1, im: 2 }, tensor([1, { re: 1, im: 2 }])).toArray()).toEqual([1, 0])
    expect([lessEqual(NaN, NaN).item(), greaterEqual(1, NaN).item(), notEqual(NaN, NaN).item()]).toEqual([0, 0, 1])
    expect([lessEqual(0, -0).item(), notEqual(0, -0).item()]).toEqual([1, 0])
  })

  it('find what is not finite or not a number, in either part, compiled too', () => {
    const z = tensor([1, Infinity, { re: 0, im: -Infinity }, NaN, { re: 0, im: NaN }, { re: Infinity, im: NaN }])
    for (const [finite, nan] of [
      [isFinite, isNaN],
      [jit((x: Tensor) => isFinite(x)), jit((x: Tensor) => isNaN(x))],
    ]) {
      expect(finite(z).toArray()).toEqual([1, 0, 0, 0, 0, 0])
      expect(nan(z).toArray()).toEqual([0, 0, 0, 1, 1, 1])
    }
    expect([isFinite(-1e308).item(), isNaN(Infinity).item()]).toEqual([1, 0])
  })

  it.each(Object.entries({ less, greater, lessEqual, greaterEqual }))('do not order complex numbers: %s', (_, f) => {
    const error = errorOf(() => f({ re: 1, im: 0 }, 2))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(
      /expected real tensors, got a complex one\. Complex numbers have no order: compare abs, real or imag/,
    )
  })

  it.each(Object.entries({ less, greater, lessEqual, greaterEqual, equal, notEqual }))(
    'have no derivative: %s',
    (_, f) => {
      expect(grad((x: Tensor) => sum(f(x, b)))(a).toArray()).toEqual([0, 0, 0])
      expect(jvp((x: Tensor) => f(x, b))(a, a).tangent.toArray()).toEqual([0, 0, 0])
    },
  )
})

describe('where', () => {
  it('chooses element by element and broadcasts all three', () => {
    expect(where(tensor([1, 0, 2]), a, -1).toArray()).toEqual([1, -1, 3])
    expect(where(1, a, tensor([[0], [0]])).toArray()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(where(tensor([1, 0]), { re: 0, im: 1 }, 2).toArray()).toEqual([
      { re: 0, im: 1 },
      { re: 2, im: 0 },
    ])
  })

  it('keeps infinite derivatives of the side not chosen out, in both modes', () => {
    const f = (x: Tensor): Tensor => sum(where(less(0, x), log(x), mul(2, x)))
    expect(grad(f)(tensor([0, 2])).toArray()).toEqual([2, 0.5])
    expect(jvp(f)(tensor([0, 2]), tensor([1, 1])).tangent.item()).toBe(2.5)
    const g = (x: Tensor): Tensor => sum(where(equal(x, 0), 1, reciprocal(x)))
    expect(grad(g)(tensor([0, 2])).toArray()).toEqual([0, -0.25])
  })

  it('gives no derivative to its mask', () => {
    expect(grad((x: Tensor) => where(x, 3, 4))(1).item()).toBe(0)
  })

  it('gives a real branch a real cotangent', () => {
    const f = ({ x, z }: { x: Tensor; z: Tensor }): Tensor =>
      sum(real(mul({ re: 0, im: 1 }, where(tensor([1, 0]), x, z))))
    const gradient = grad(f)({ x: 2, z: { re: 1, im: 1 } })
    expect([gradient.x.item(), gradient.z.item()]).toEqual([0, { re: 0, im: -1 }])
  })

  it('refuses a complex mask and shapes that do not broadcast', () => {
    const error = errorOf(() => where({ re: 1, im: 0 }, 1, 2))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(/where: expected real tensors, got a complex one\. The mask holds zeros and ones/)
    const shape = errorOf(() => where(tensor([1, 0]), a, 2))
    expect(shape).toBeInstanceOf(ShapeError)
    expect(shape.message).toMatch(/^where: shapes \[2\] and \[3\] and \[\] do not broadcast/)
  })
})
