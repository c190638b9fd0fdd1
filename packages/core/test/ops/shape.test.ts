import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { conj } from '../../src/ops/conjugation.ts'
import { at } from '../../src/ops/indexing.ts'
import { adjoint, broadcastTo, reshape, transpose } from '../../src/ops/shape.ts'
import { tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const A = randomComplex([2, 3], 1)
const T = randomReal([2, 3, 4], 2)

describe('reshape', () => {
  it('finds at most one length', () => {
    const error = errorOf(() => reshape(tensor([1]), [-1, -1]))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^reshape: shape \[1\] has 1 elements, which do not fit \[-1, -1\]\./)
  })

  it('keeps the elements in order and finds one length', () => {
    expect(reshape(T, [4, -1]).shape).toEqual([4, 6])
    expect([...reshape(T, [4, -1]).data]).toEqual([...T.data])
    expect(reshape(3, [1, 1]).toArray()).toEqual([[3]])
    expect(reshape(tensor([], { shape: [0, 3] }), [3, -1]).shape).toEqual([3, 0])
    expect(reshape(A, [2, 3])).toBe(A)
  })

  it.each([[[4, 2]], [[-1, 4]], [[0, -1]], [[-2, -3]], [[1.5, 4]], [[-1, -1]]])('to %j is refused', (shape) => {
    const error = errorOf(() => reshape(A, shape))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^reshape: shape \[2, 3\] has 6 elements, which do not fit .*give one length as −1/)
  })
})

describe('transpose', () => {
  it('moves element (i, j, k) where its axes go', () => {
    const moved = transpose(T, [2, 0, 1])
    expect(moved.shape).toEqual([4, 2, 3])
    expect(at(moved, 3, 1, 2).item()).toBe(at(T, 1, 2, 3).item())
    expect(at(transpose(T), 3, 2, 1).item()).toBe(at(T, 1, 2, 3).item())
    expect(maxDifference(transpose(moved, [1, 2, 0]), T)).toBe(0)
    expect(maxDifference(transpose(T, [-1, 0, -2]), moved)).toBe(0)
  })

  it('does not conjugate, adjoint does', () => {
    expect(at(transpose(A), 2, 1).item()).toEqual(at(A, 1, 2).item())
    expect(maxDifference(adjoint(A), conj(transpose(A)))).toBe(0)
    expect(maxDifference(adjoint(adjoint(A)), A)).toBe(0)
  })

  it.each([[[0]], [[0, 0]], [[0, 2]], [[1, 0, 2]], [[0, -2]], [[-3, 0]]])('along %j is refused', (axes) => {
    const error = errorOf(() => transpose(A, axes))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^transpose: axes must be a permutation of 0 … 1 for shape \[2, 3\], got \[/)
  })
})

describe('adjoint', () => {
  it('exchanges the last two axes of a stack of matrices', () => {
    expect(adjoint(T).shape).toEqual([2, 4, 3])
    expect(at(adjoint(T), 1, 3, 2).item()).toBe(at(T, 1, 2, 3).item())
  })

  it('refuses a vector and says what to use', () => {
    const error = errorOf(() => adjoint(tensor([1, 2])))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('adjoint: expected a matrix, got shape [2]. For a vector use conj, and vdot for xᴴy.')
  })
})

describe('broadcastTo', () => {
  it('repeats along new axes and axes of length 1', () => {
    expect(broadcastTo(tensor([[1], [2]]), [2, 2, 2]).toArray()).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ])
    expect(broadcastTo(1, [0, 2]).shape).toEqual([0, 2])
  })

  it.each([[[3]], [[2, 1]], [[]]])('to the smaller shape %j is refused', (shape) => {
    const error = errorOf(() => broadcastTo(A, shape))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^broadcastTo: shape \[2, 3\] does not broadcast to/)
  })

  it('to a shape that does not fit is refused', () => {
    expect(errorOf(() => broadcastTo(A, [3, 3])).message).toMatch(
      /^broadcastTo: shapes \[2, 3\] and \[3, 3\] do not broadcast/,
    )
  })
})
