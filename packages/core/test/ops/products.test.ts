import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ArgumentError, ShapeError } from '../../src/errors.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { abs2, conj, real } from '../../src/ops/conjugation.ts'
import { eye } from '../../src/ops/creation.ts'
import { at } from '../../src/ops/indexing.ts'
import { matmul } from '../../src/ops/matmul.ts'
import { dot, kron, outer, trace, vdot } from '../../src/ops/products.ts'
import { sum } from '../../src/ops/reduction.ts'
import { reshape, transpose } from '../../src/ops/shape.ts'
import { tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

describe('inner products', () => {
  const [x, y] = [randomComplex([4], 12), randomComplex([4], 13)]

  it('are conjugate-linear in the first argument (vdot) or bilinear (dot)', () => {
    const i = { re: 0, im: 1 }
    // Four terms below 2 each
    expect(maxDifference(vdot(mul(i, x), y), mul({ re: 0, im: -1 }, vdot(x, y)))).toBeLessThan(2e-15)
    expect(maxDifference(dot(mul(i, x), y), mul(i, dot(x, y)))).toBeLessThan(2e-15)
    expect(maxDifference(vdot(x, y), conj(vdot(y, x)))).toBeLessThan(2e-15)
    expect(maxDifference(real(vdot(x, x)), sum(abs2(x)))).toBeLessThan(2e-15)
    expect(maxDifference(dot(x, y), matmul(x, y))).toBeLessThan(2e-15)
  })
})

describe('dot', () => {
  it('of matrices is their product, with a number the scaled tensor', () => {
    const [A, B] = [randomComplex([2, 3], 1), randomComplex([3, 2], 2)]
    expect(maxDifference(dot(A, B), matmul(A, B))).toBe(0)
    expect(maxDifference(dot(A, randomReal([3], 3)), matmul(A, randomReal([3], 3)))).toBe(0)
    expect(maxDifference(dot(2, A), mul(2, A))).toBe(0)
  })

  it('in general sums the last axis of the first and the second to last of the second', () => {
    const [A, B] = [randomComplex([2, 4, 3], 4), randomReal([2, 3, 5], 5)]
    const C = dot(A, B)
    expect(C.shape).toEqual([2, 4, 2, 5])
    // Three terms below 2
    expect(maxDifference(at(C, 1, 2, 1), dot(at(A, 1, 2), at(B, 1)))).toBeLessThan(1e-15)
    expect(dot(randomReal([3], 6), B).shape).toEqual([2, 5])
  })

  it('of nothing is 0', () => expect(dot(tensor([]), tensor([])).item()).toBe(0))

  it.each([
    [randomReal([2], 1), randomReal([3], 1), 0, 0],
    [randomReal([2, 3], 1), randomReal([2, 3], 1), 1, 0],
    [randomReal([2], 1), randomReal([4, 3, 2], 1), 0, 1],
  ])('refuses sums over axes of different lengths', (x, y, first, second) => {
    const error = errorOf(() => dot(x, y))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      `dot: shapes [${x.shape.join(', ')}] and [${y.shape.join(', ')}] do not multiply: axis ${first} of the first and ` +
        `axis ${second} of the second must be equally long. For elementwise products use mul.`,
    )
  })
})

describe('vdot', () => {
  it('flattens both arguments', () => {
    const [A, b] = [randomComplex([2, 2], 1), randomComplex([4], 2)]
    expect(maxDifference(vdot(A, b), vdot(reshape(A, [4]), b))).toBe(0)
  })

  it('refuses different numbers of elements', () => {
    const error = errorOf(() => vdot(tensor([1, 2]), tensor([1, 2, 3])))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      'vdot: expected equally many elements, got shapes [2] and [3]. Repeat the smaller one with broadcastTo.',
    )
  })
})

describe('outer', () => {
  it('has the product of every element with every other, without conjugation', () => {
    const [x, y] = [randomComplex([2], 1), randomComplex([3, 1], 2)]
    const A = outer(x, y)
    expect(A.shape).toEqual([2, 3])
    expect(maxDifference(at(A, 1, 2), mul(at(x, 1), at(y, 2, 0)))).toBe(0)
    expect(outer(tensor([]), y).shape).toEqual([0, 3])
    expect(outer(2, 3).toArray()).toEqual([[6]])
  })
})

describe('kron', () => {
  it('multiplies like its factors, (A ⊗ B)(C ⊗ D) = AC ⊗ BD', () => {
    const [A, B] = [randomComplex([2, 3], 1), randomComplex([3, 2], 2)]
    const [C, D] = [randomComplex([3, 2], 3), randomReal([2, 2], 4)]
    // Six terms of size at most 4 against products of sums of three and two.
    expect(maxDifference(matmul(kron(A, B), kron(C, D)), kron(matmul(A, C), matmul(B, D)))).toBeLessThan(2e-14)
  })

  it('is made of blocks a_ij B', () => {
    expect(kron(tensor([[1, 2]]), eye(2)).toArray()).toEqual([
      [1, 0, 2, 0],
      [0, 1, 0, 2],
    ])
    expect(kron(tensor([1, 10]), tensor([1, 2, 3])).toArray()).toEqual([1, 2, 3, 10, 20, 30])
    expect(kron(tensor([1, 10]), tensor([[1], [2]])).toArray()).toEqual([
      [1, 10],
      [2, 20],
    ])
    expect(kron(2, tensor([1, 2])).toArray()).toEqual([2, 4])
    expect(kron(eye(0), eye(2)).shape).toEqual([0, 0])
  })
})

describe('trace', () => {
  it('does not see the order of two factors', () => {
    const [A, B] = [randomComplex([2, 3], 1), randomComplex([3, 2], 2)]
    // Six products of size 2 in two orders
    expect(maxDifference(trace(matmul(A, B)), trace(matmul(B, A)))).toBeLessThan(5e-15)
  })

  it('sums the diagonal that it is asked for', () => {
    const A = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(trace(A).item()).toBe(6)
    expect(trace(A, { offset: 1 }).item()).toBe(8)
    expect(trace(A, { offset: -1 }).item()).toBe(4)
    expect(trace(A, { offset: 3 }).item()).toBe(0)
    expect(trace(A, { offset: -2 }).item()).toBe(0)
    expect(trace(eye(0)).item()).toBe(0)
  })

  it('of a stack is one number a matrix, along any two axes', () => {
    const T = randomComplex([3, 2, 3], 1)
    expect(trace(T).shape).toEqual([3])
    expect(maxDifference(at(trace(T), 1), trace(at(T, 1)))).toBe(0)
    const outerAxes = trace(T, { axis1: 0, axis2: 2 })
    expect(maxDifference(outerAxes, trace(transpose(T, [1, 0, 2])))).toBe(0)
  })

  it.each([
    [() => trace(tensor([1, 2])), ShapeError, 'trace: expected a matrix, got shape [2]. For a vector use sum.'],
    [
      () => trace(eye(2), { axis1: 1 }),
      ShapeError,
      'trace: expected two different axes, got axis1 = 1 and axis2 = -1. Both name one axis.',
    ],
    [() => trace(eye(2), { axis1: 2 }), ShapeError, 'trace: axis 2 does not exist; the tensor has 2 axes. Use -2 … 1.'],
    [
      () => trace(eye(2), { offset: 0.5 }),
      ArgumentError,
      'trace: offset must be an integer, got 0.5. 0 is the main diagonal.',
    ],
  ])('refuses what has no diagonal (%#)', (f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toBe(message)
  })
})
