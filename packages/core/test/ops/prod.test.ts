import { maxDifference, randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { ShapeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add, mul, sub } from '../../src/ops/arithmetic.ts'
import { real } from '../../src/ops/conjugation.ts'
import { cumsum } from '../../src/ops/cumsum.ts'
import { at } from '../../src/ops/indexing.ts'
import { prod } from '../../src/ops/prod.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, toTensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

const x = randomComplex([2, 5, 3], 1)

describe('prod', () => {
  it('multiplies the elements along the axes', () => {
    const product = prod(x, { axis: 1 })
    expect(product.shape).toEqual([2, 3])
    const expected = [0, 1, 2, 3, 4].map((j) => at(x, 1, j, 2)).reduce((total, element) => mul(total, element))
    expect(maxDifference(at(product, 1, 2), expected)).toBeLessThan(1e-15) // five factors below √2 in another order
    expect(prod(x, { axis: [0, 2], keepdims: true }).shape).toEqual([1, 5, 1])
    expect(relativeDifference(prod(prod(x, { axis: [0, 2] })), prod(x))).toBeLessThan(1e-15)
    expect(prod(tensor([2, 3, 4])).item()).toBe(24)
    expect(prod(3).item()).toBe(3)
  })

  it('of no elements is 1', () => {
    expect(prod(tensor([])).item()).toBe(1)
    expect(prod(tensor([], { shape: [0, 2], dtype: 'complex128' }), { axis: 0 }).toArray()).toEqual([
      { re: 1, im: 0 },
      { re: 1, im: 0 },
    ])
  })

  it.each<[string, number[], number[]]>([
    ['one zero', [2, 0, 5], [0, 10, 0]],
    ['two zeros', [0, 3, 0], [0, 0, 0]],
    ['none', [2, 3, 5], [15, 10, 6]],
  ])('has the products of the others as derivative with %s', (_, elements, slopes) => {
    expect(grad(prod)(tensor(elements)).toArray()).toEqual(slopes)
    expect(grad(jit((y: Tensor) => prod(y)))(tensor(elements)).toArray()).toEqual(slopes)
    expect(jvp((y: Tensor) => prod(y))(tensor(elements), tensor([1, 1, 1])).tangent.item()).toBe(
      slopes.reduce((total, slope) => total + slope),
    )
  })

  it('has a second derivative with two zeros, the product of the rest', () => {
    const second = grad((y: Tensor) => at(grad((z: Tensor) => prod(z))(y), 0))(tensor([0, 3, 0, 5]))
    expect(second.toArray()).toEqual([0, 0, 15, 0])
  })
})

describe('cumsum', () => {
  it('has the elements as its differences', () => {
    const running = cumsum(x, { axis: 1 })
    expect(running.shape).toEqual([2, 5, 3])
    for (const j of [1, 2, 3, 4])
      // Sums below 8: 8 ε
      expect(maxDifference(sub(at(running, 1, j), at(running, 1, j - 1)), at(x, 1, j))).toBeLessThan(2e-15)
    expect(maxDifference(at(running, 0, 4), sum(at(x, 0), { axis: 0 }))).toBeLessThan(2e-15)
  })

  it('runs over all elements without an axis', () => {
    expect(cumsum(tensor([[1, 2], [3, 4]])).toArray()).toEqual([1, 3, 6, 10]) // prettier-ignore
    expect(cumsum(tensor([[1, 2], [3, 4]]), { axis: 0 }).toArray()).toEqual([[1, 2], [4, 6]]) // prettier-ignore
    expect(cumsum(5).toArray()).toEqual([5])
    expect(cumsum(tensor([])).shape).toEqual([0])
  })

  it('pulls back to the sums from the other end, compiled too', () => {
    const seed = tensor([1, 10, 100])
    for (const f of [cumsum, jit((y: Tensor) => cumsum(y))]) {
      expect(
        vjp((y: Tensor) => f(y))(tensor([1, 2, 3]))
          .pullback(seed)
          .toArray(),
      ).toEqual([111, 110, 100])
    }
    const g = (y: Tensor): Tensor => real(sum(cumsum(y, { axis: 1 })))
    expect(maxDifference(grad(jit(g))(x), grad(g)(x))).toBe(0)
    expect(relativeDifference(jit((y: Tensor) => cumsum(y))(x), cumsum(x))).toBe(0)
  })

  it('refuses an axis that does not exist', () => {
    const error = errorOf(() => cumsum(x, { axis: 3 }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('cumsum: axis 3 does not exist; the tensor has 3 axes. Use -3 … 2.')
    expect(errorOf(() => prod(x, { axis: -4 })).message).toMatch(/^prod: axis -4 does not exist/)
    expect(errorOf(() => cumsum(add(toTensor(1), 1), { axis: 0 })).message).toMatch(/^cumsum: axis 0 does not exist/)
  })
})
