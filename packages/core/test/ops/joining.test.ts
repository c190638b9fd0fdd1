import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { at, slice } from '../../src/ops/indexing.ts'
import { concat, stack } from '../../src/ops/joining.ts'
import { tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const [a, b] = [randomComplex([2, 3], 1), randomReal([2, 3], 2)]

describe('stack', () => {
  it.each([0, 1, 2, -1])('puts tensors side by side along a new axis (%d)', (axis) => {
    const joined = stack([a, b, a], { axis })
    const place = axis < 0 ? axis + 3 : axis
    expect(joined.shape).toEqual([2, 3].toSpliced(place, 0, 3))
    expect(joined.dtype).toBe('complex128')
    const index = [1, 2].toSpliced(place, 0, 1)
    expect(maxDifference(at(joined, ...index), at(b, 1, 2))).toBe(0)
  })

  it('takes numbers', () => expect(stack([1, 2]).toArray()).toEqual([1, 2]))

  it.each([
    [() => stack([]), /^stack: expected at least one tensor, got an empty list/],
    [() => stack([tensor([1]), tensor([1, 2])]), /^stack: expected equal shapes, got \[1\] and \[2\]\. .*concat/],
    [() => stack([a, b], { axis: 3 }), /^stack: axis 3 does not exist; the tensor has 3 axes/],
  ])('refuses what does not fit', (f, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(message)
  })
})

describe('concat', () => {
  it('puts tensors one after the other along an axis', () => {
    const long = concat([a, randomReal([1, 3], 3), b])
    expect(long.shape).toEqual([5, 3])
    expect(maxDifference(slice(long, { start: 3 }), b)).toBe(0)
    const wide = concat([a, randomReal([2, 0], 4), b], { axis: -1 })
    expect(wide.shape).toEqual([2, 6])
    expect(maxDifference(slice(wide, {}, { end: 3 }), a)).toBe(0)
    expect(concat([tensor([1]), tensor([2, 3])]).toArray()).toEqual([1, 2, 3])
  })

  it.each([
    [() => concat([]), /^concat: expected at least one tensor, got an empty list/],
    [
      () => concat([a, randomReal([2, 2], 1)]),
      /^concat: shapes \[2, 3\] and \[2, 2\] do not join along axis 0\. All other axes/,
    ],
    [() => concat([a, tensor([1, 2, 3])]), /^concat: shapes \[2, 3\] and \[3\] do not join along axis 0/],
    [() => concat([a, b], { axis: 2 }), /^concat: axis 2 does not exist/],
    [() => concat([1, 2]), /^concat: axis 0 does not exist; the tensor has 0 axes/],
  ])('refuses what does not fit', (f, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(message)
  })
})
