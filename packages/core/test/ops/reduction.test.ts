import { maxDifference, randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { at } from '../../src/ops/indexing.ts'
import { add, div } from '../../src/ops/arithmetic.ts'
import { mean, sum } from '../../src/ops/reduction.ts'
import { norm } from '../../src/ops/norm.ts'
import { tensor, toTensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const x = randomComplex([2, 3, 2], 1)

/** Σ over axis 1 by reading elements. */
const overMiddle = (i: number, k: number): Tensor =>
  [0, 1, 2].map((j) => at(x, i, j, k)).reduce((total, element) => add(total, element))

describe('sum', () => {
  it('adds up the elements along the axes given', () => {
    const total = sum(x, { axis: 1 })
    expect(total.shape).toEqual([2, 2])
    for (const [i, k] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
      expect(maxDifference(at(total, i, k), overMiddle(i, k))).toBeLessThan(1e-15) // the same three terms
    expect(maxDifference(sum(x, { axis: -2 }), total)).toBe(0)
    // Twelve terms below √2 in another order
    expect(maxDifference(sum(x), sum(sum(total)))).toBeLessThan(1e-14)
  })

  it('keeps reduced axes with length 1 if asked to', () => {
    expect(sum(x, { axis: [0, 2], keepdims: true }).shape).toEqual([1, 3, 1])
    expect(sum(x, { keepdims: true }).shape).toEqual([1, 1, 1])
    expect(sum(x).shape).toEqual([])
    expect(sum(3).item()).toBe(3)
  })

  it('of no elements is 0', () => {
    expect(sum(tensor([])).item()).toBe(0)
    expect(sum(tensor([], { shape: [0, 2] }), { axis: 0 }).toArray()).toEqual([0, 0])
    expect(sum(tensor([], { shape: [2, 0] }), { axis: 0 }).shape).toEqual([0])
  })
})

describe('mean', () => {
  it('is the sum over the number of elements', () => {
    expect(mean(tensor([1, 2, 6])).item()).toBe(3)
    expect(maxDifference(mean(x, { axis: [0, 1] }), div(sum(x, { axis: [0, 1] }), 6))).toBe(0)
    expect(mean(toTensor({ re: 1, im: 2 })).item()).toEqual({ re: 1, im: 2 })
  })
})

describe('mean of no elements', () => {
  it('is refused, unless there is nothing to give', () => {
    expect(mean(tensor([], { shape: [0, 2] }), { axis: 1 }).shape).toEqual([0])
    const error = errorOf(() => mean(tensor([], { shape: [0, 2] }), { axis: 0 }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('mean: no elements have no mean; got shape [0, 2]. Check for length 0 first.')
  })
})

describe('norm', () => {
  it('is the root of the sum of squared moduli', () => {
    expect(norm(tensor([3, { re: 0, im: -4 }])).item()).toBe(5)
    expect(norm(-2).item()).toBe(2)
    const A = tensor([
      [3, 4],
      [0, 0],
    ])
    expect(norm(A, { axis: 1 }).toArray()).toEqual([5, 0])
    expect(norm(A, { axis: 0, keepdims: true }).toArray()).toEqual([[3, 4]])
    const total = [...x.data].reduce((sum, part) => sum + part * part, 0)
    expect(Math.abs(Number(norm(x).item()) - Math.sqrt(total))).toBeLessThan(1e-14) // 24 squares below 2
  })

  it('of no elements is 0', () => {
    expect(norm(tensor([])).item()).toBe(0)
    expect(norm(tensor([], { shape: [2, 0] }), { axis: 1 }).toArray()).toEqual([0, 0])
  })

  it('of NaN is NaN', () => expect(norm(tensor([1, NaN])).item()).toBeNaN())
})

describe('an axis that does not exist', () => {
  it.each(Object.entries({ sum, mean, norm }))('is refused by %s', (name, f) => {
    const error = errorOf(() => f(x, { axis: 3 }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(`${name}: axis 3 does not exist; the tensor has 3 axes. Use -3 … 2.`)
    expect(errorOf(() => f(x, { axis: [0, 1.5] }))).toBeInstanceOf(ShapeError)
  })
})
