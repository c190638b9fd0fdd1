import { maxDifference, randomComplex, randomHermitian } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { DtypeError, ShapeError } from '../../src/errors.ts'
import { grad, valueAndGrad } from '../../src/transformations/grad.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { abs2, real } from '../../src/ops/conjugation.ts'
import { matmul } from '../../src/ops/matmul.ts'
import { vdot } from '../../src/ops/products.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

describe('grad', () => {
  it('of the quadratic form xᴴ H x is 2 H x', () => {
    const [H, x] = [randomHermitian(4, 1), randomComplex([4], 2)]
    const { value, gradient } = valueAndGrad((v: Tensor) => real(vdot(v, matmul(H, v))))(x)
    expect(value.dtype).toBe('float64')
    expect(maxDifference(gradient, mul(2, matmul(H, x)))).toBeLessThan(1e-14) // sums of four terms
  })

  it('is with respect to the first argument; others are constants', () => {
    expect(grad((x: Tensor, k: number, { on }: { on: boolean }) => mul(on ? k : 0, x))(2, 7, { on: true }).item()).toBe(
      7,
    )
  })

  it('takes a result of one element, whatever its shape', () => {
    expect(grad((x: Tensor) => mul(x, x))(tensor([[3]])).toArray()).toEqual([[6]])
    expect(grad((_: Tensor) => 5)(tensor([1, 2])).toArray()).toEqual([0, 0])
  })

  it('of an empty tree is an empty tree', () => expect(grad((_: { a: Tensor[] }) => 1)({ a: [] })).toEqual({ a: [] }))

  it('refuses several results and complex ones, naming other transformations', () => {
    const shape = errorOf(() => grad((x: Tensor) => x)(tensor([1, 2])))
    expect(shape).toBeInstanceOf(ShapeError)
    expect(shape.message).toBe(
      'grad: the function must give one real number, got shape [2]. For several outputs use vjp or jacobian.',
    )
    const dtype = errorOf(() => grad((x: Tensor) => x)({ re: 1, im: 0 }))
    expect(dtype).toBeInstanceOf(DtypeError)
    expect(dtype.message).toMatch(
      /^grad: the function must give a real number, got a complex one, which has no gradient\. Take real, imag or abs2/,
    )
  })

  it('refuses what is no tree of tensors', () => {
    const error = errorOf(() => grad((x: Tensor) => sum(abs2(x)))('abc' as never))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(/^grad: expected tensors.*got the string 'abc'/)
    expect(errorOf(() => grad(() => 'abc' as never)(1)).message).toMatch(
      /^grad: expected a Tensor.*got the string 'abc'/,
    )
  })
})
