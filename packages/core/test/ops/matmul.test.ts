import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { at } from '../../src/ops/indexing.ts'
import { matmul } from '../../src/ops/matmul.ts'
import { stack } from '../../src/ops/joining.ts'
import { adjoint, broadcastTo, reshape } from '../../src/ops/shape.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

/** Σₗ A_il B_lj by reading elements. */
const elementOf = (A: Tensor, B: Tensor, i: number, j: number): Tensor =>
  Array.from({ length: A.shape[1] }, (_, l) => mul(at(A, i, l), at(B, l, j))).reduce((total, term) => add(total, term))

const pairs = [
  [randomComplex([3, 4], 1), randomComplex([4, 2], 2)],
  [randomReal([3, 4], 3), randomComplex([4, 2], 4)],
  [randomComplex([3, 4], 5), randomReal([4, 2], 6)],
  [randomReal([3, 4], 7), randomReal([4, 2], 8)],
] as const

describe('matmul', () => {
  it.each(pairs)('is the sum of products of rows and columns', (A, B) => {
    const C = matmul(A, B)
    expect(C.shape).toEqual([3, 2])
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 2; j++) expect(maxDifference(at(C, i, j), elementOf(A, B, i, j))).toBeLessThan(2e-15) // 4 terms
    expect(C.dtype).toBe(A.dtype === B.dtype ? A.dtype : 'complex128')
  })

  it('has (A B)ᴴ = Bᴴ Aᴴ', () => {
    const [A, B] = pairs[0]
    expect(maxDifference(adjoint(matmul(A, B)), matmul(adjoint(B), adjoint(A)))).toBeLessThan(2e-15)
  })

  it('takes a vector as a row on the left and as a column on the right', () => {
    const [A, x, y] = [randomComplex([2, 3], 9), randomComplex([3], 10), randomComplex([2], 11)]
    expect(maxDifference(matmul(A, x), reshape(matmul(A, reshape(x, [3, 1])), [2]))).toBe(0)
    expect(maxDifference(matmul(y, A), reshape(matmul(reshape(y, [1, 2]), A), [3]))).toBe(0)
    expect(matmul(x, x).shape).toEqual([])
  })

  it('of an empty dimension is zero or empty', () => {
    expect(matmul(randomReal([2, 0], 1), randomReal([0, 2], 1)).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(matmul(randomReal([0, 2], 1), randomComplex([2, 3], 1)).shape).toEqual([0, 3])
  })

  it.each([
    [randomReal([2, 3], 1), randomReal([2, 3], 1)],
    [randomReal([2, 3], 1), randomReal([4], 1)],
    [tensor([1]), 2],
    [randomReal([2, 2, 3], 1), randomReal([2, 3], 1)],
    [randomReal([3], 1), randomReal([2, 2, 3], 1)],
  ])('refuses shapes that do not multiply', (A, B) => {
    const error = errorOf(() => matmul(A, B))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(
      /^matmul: shapes \[.*\] and \[.*\] do not multiply\. .*for elementwise products use mul/,
    )
  })
})

describe('matmul of stacks of matrices', () => {
  it.each([
    [[2], [2], [2]],
    [[3, 1], [2], [3, 2]],
    [[], [2, 2], [2, 2]],
    [[2, 2], [], [2, 2]],
    [[1], [3], [3]],
    [[0], [1], [0]],
  ])('with leading axes %j and %j multiplies each pair: %j', (left, right, batch) => {
    const [A, B] = [randomComplex([...left, 2, 3], 1), randomReal([...right, 3, 4], 2)]
    const C = matmul(A, B)
    expect(C.shape).toEqual([...batch, 2, 4])
    const flat = reshape(C, [-1, 2, 4])
    const count = batch.reduce((product, n) => product * n, 1)
    const each = (X: Tensor, own: readonly number[]): readonly Tensor[] => {
      const whole = broadcastTo(X, [...batch, ...X.shape.slice(own.length)])
      const matrices = reshape(whole, [count, ...X.shape.slice(-2)])
      return Array.from({ length: count }, (_, i) => at(matrices, i))
    }
    const bs = each(B, right)
    each(A, left).forEach((a, i) => expect(maxDifference(at(flat, i), matmul(a, bs[i]))).toBeLessThan(1e-15)) // 3 terms
  })

  it('multiplies large enough matrices by the kernel for them alike', () => {
    const [A, B] = [randomComplex([3, 9, 9], 1), randomComplex([3, 9, 9], 2)]
    const C = matmul(A, B)
    for (let i = 0; i < 3; i++) expect(maxDifference(at(C, i), matmul(at(A, i), at(B, i)))).toBe(0)
  })

  it('takes a vector on either side', () => {
    const [A, x, y] = [randomComplex([3, 2, 4], 1), randomReal([4], 2), randomComplex([2], 3)]
    const right = stack([0, 1, 2].map((i) => matmul(at(A, i), x)))
    const left = stack([0, 1, 2].map((i) => matmul(y, at(A, i))))
    // Four terms of size 2, added in the order that the kernel for the size takes.
    expect(maxDifference(matmul(A, x), right)).toBeLessThan(2e-15)
    expect(maxDifference(matmul(y, A), left)).toBeLessThan(2e-15)
  })

  it('refuses leading axes that do not broadcast', () => {
    const error = errorOf(() => matmul(randomReal([2, 2, 2], 1), randomReal([3, 2, 2], 1)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      'matmul, leading axes: shapes [2] and [3] do not broadcast (2 against 3 along axis 0). Lengths must be equal or 1; reshape one of them.',
    )
  })
})
