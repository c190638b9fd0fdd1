import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { DtypeError, ShapeError } from '../../src/errors.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { abs2, conj } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { bind } from '../../src/bind.ts'
import { definePrimitive } from '../../src/define-primitive.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

const z = randomComplex([3], 1)
const mixed = (x: Tensor): Tensor => mul(conj(x), exp(x)) // neither holomorphic nor antiholomorphic

describe('vjp', () => {
  it('has a pullback that is linear over the reals and not over the complex numbers', () => {
    const { pullback } = vjp(mixed)(z)
    const [a, b] = [randomComplex([3], 2), randomComplex([3], 3)]
    expect(maxDifference(pullback(add(mul(-2, a), b)), add(mul(-2, pullback(a)), pullback(b)))).toBeLessThan(1e-14)
    const i = { re: 0, im: 1 }
    expect(maxDifference(pullback(mul(i, a)), mul(i, pullback(a)))).toBeGreaterThan(0.1)
  })

  it('adds the cotangents of a value that is used several times', () => {
    expect(
      vjp((x: Tensor) => add(mul(x, x), mul(3, x)))(2)
        .pullback(1)
        .item(),
    ).toBe(7)
    expect(
      vjp((x: Tensor) => [x, x, mul(x, x)])(2)
        .pullback([1, 10, 100])
        .item(),
    ).toBe(411)
  })

  it('takes a real cotangent of a complex value, and gives zeros to what was not used', () => {
    const bars = vjp(({ x, y }: { x: Tensor; y: Tensor }) => add(mul(0, y), x))({
      x: z,
      y: randomReal([3], 1),
    }).pullback(randomReal([3], 2))
    expect([bars.x.dtype, bars.y.dtype]).toEqual(['complex128', 'float64'])
    const unused = vjp(({ x }: { x: Tensor; y: Tensor }) => x)({ x: 1, y: tensor([1, 2]) }).pullback(1)
    expect(unused.y.toArray()).toEqual([0, 0])
  })

  it('computes only the cotangents that are asked for', () => {
    let computed = 0
    const product = definePrimitive('product', {
      type: ([x]) => x,
      kernel: ([x, y]) => x.data.map((value, i) => value * y.data[i]),
      jvp: () => [undefined],
      vjp: ([x, y], _, [bar]) => [() => (computed++, mul(bar, y)), () => (computed++, mul(bar, x))],
    })
    expect(
      vjp((x: Tensor) => bind(product, [x, 3], undefined))(2)
        .pullback(1)
        .item(),
    ).toBe(3)
    expect(computed).toBe(1)
  })

  it.each<[string, () => unknown, typeof ShapeError, RegExp]>([
    [
      'of another shape',
      () => vjp(abs2)(z).pullback(1),
      ShapeError,
      /^vjp: a cotangent has the shape of the value; expected float64 \[3\], got float64 \[\]/,
    ],
    [
      'of another structure',
      () => vjp((x: Tensor) => [x])(1).pullback(1 as never),
      ShapeError,
      /^vjp: expected a tree of structure \[•\], got •/,
    ],
    [
      'that is complex for a real value',
      () => vjp(abs2)(z).pullback(z),
      DtypeError,
      /^vjp: the value is real, so its cotangent is real, got a complex one\. Take real\(cotangent\)/,
    ],
  ])('refuses a cotangent %s', (_, f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toMatch(message)
  })
})
