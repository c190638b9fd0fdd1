import { maxDifference, randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { DtypeError, RuleError, ShapeError } from '../../src/errors.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { abs2, conj } from '../../src/ops/conjugation.ts'
import { sum } from '../../src/ops/reduction.ts'
import { bind, bindAll } from '../../src/bind.ts'
import { definePrimitive } from '../../src/define-primitive.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

const z = randomComplex([3], 1)

describe('jvp', () => {
  it('is linear over the reals, and over the complex numbers only for holomorphic functions', () => {
    const i = { re: 0, im: 1 }
    const along = (f: (x: Tensor) => Tensor, dz: Tensor): Tensor => jvp(f)(z, dz).tangent
    const dz = randomComplex([3], 2)
    expect(maxDifference(along(abs2, mul(-3, dz)), mul(-3, along(abs2, dz)))).toBeLessThan(1e-14)
    expect(maxDifference(along(conj, mul(i, dz)), mul(i, along(conj, dz)))).toBeGreaterThan(0.1)
    const holomorphic = (x: Tensor): Tensor => mul(x, mul(x, x))
    expect(maxDifference(along(holomorphic, mul(i, dz)), mul(i, along(holomorphic, dz)))).toBeLessThan(1e-14)
  })

  it('takes further arguments as constants', () => {
    expect(jvp((x: Tensor, k: number) => mul(k, x))(2, 1, 5).tangent.item()).toBe(5)
  })

  it('has a zero tangent for what does not depend on the argument', () => {
    const { value, tangent } = jvp((_: Tensor) => ({ a: tensor([1, 2]) }))(1, 1)
    expect([value.a.toArray(), tangent.a.toArray()]).toEqual([
      [1, 2],
      [0, 0],
    ])
  })

  it('takes real tangents of complex arguments', () => {
    expect(maxDifference(jvp(conj)({ re: 1, im: 2 }, 1).tangent, 1)).toBe(0)
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'shape',
      () => jvp(abs2)(z, 1),
      /^jvp: a tangent has the shape of its argument; expected complex128 \[3\], got float64 \[\]/,
    ],
    [
      'structure',
      () => jvp(({ a }: { a: Tensor }) => a)({ a: 1 }, { b: 1 } as never),
      /^jvp: expected a tree of structure \{ a: • \}, got \{ b: • \}/,
    ],
  ])('refuses a tangent of another %s', (_, f, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(message)
  })

  it('refuses a result that is no tensor', () => {
    const error = errorOf(() => jvp(() => 'abc' as unknown as Tensor)(1, 1))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(/^jvp: expected tensors.*got the string 'abc'/)
  })
})

describe('a primitive whose rule gives another shape', () => {
  const wrong = definePrimitive('wrong', {
    type: ([x]) => x,
    kernel: ([x]) => x.data,
    jvp: (_, [dx]) => sum(dx),
    vjp: (_args, _value, [bar]) => [sum(bar)],
  })
  const f = (x: Tensor): Tensor => bind(wrong, [x], undefined)

  it('is named by jvp and vjp', () => {
    const forward = errorOf(() => jvp(f)(z, z))
    expect(forward).toBeInstanceOf(RuleError)
    expect(forward.message).toMatch(
      /^jvp: a rule gave a tangent of type complex128 \[\] for a value of type complex128 \[3\]/,
    )
    const reverse = errorOf(() => vjp(f)(z).pullback(z))
    expect(reverse).toBeInstanceOf(RuleError)
    expect(reverse.message).toMatch(
      /^vjp: a rule gave a cotangent of type complex128 \[\] for an argument of type complex128 \[3\]/,
    )
  })
})

describe('a primitive with several results', () => {
  // (x, y) ↦ (x + y, x y, an unused third)
  const several = definePrimitive('several', {
    type: ([x]) => [x, x, x],
    kernel: ([x, y]) => [x.data.map((a, i) => a + y.data[i]), x.data.map((a, i) => a * y.data[i]), x.data],
    jvp: ([x, y], [dx, dy]) => [add(dx, dy), add(mul(dx, y), mul(x, dy)), undefined],
    vjp: ([x, y], _, [sumBar, productBar]) => [
      () => add(sumBar, mul(productBar, y)),
      () => add(sumBar, mul(productBar, x)),
    ],
  })

  it('has a tangent and takes a cotangent for each', () => {
    const f = ([x, y]: Tensor[]): Tensor[] => bindAll(several, [x, y], undefined).slice(0, 2)
    expect(jvp(f)([2, 3], [1, 10]).tangent.map((t) => t.item())).toEqual([11, 23])
    expect(
      vjp(f)([2, 3])
        .pullback([1, 10])
        .map((t) => t.item()),
    ).toEqual([31, 21])
    expect(
      vjp((x: Tensor[]) => f(x)[1])([2, 3])
        .pullback(1)
        .map((t) => t.item()),
    ).toEqual([3, 2])
    expect(jvp((x: Tensor[]) => bindAll(several, x, undefined)[2])([2, 3], [1, 1]).tangent.item()).toBe(0)
  })
})
