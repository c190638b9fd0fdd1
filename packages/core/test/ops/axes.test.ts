import { maxDifference, randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { expandDims, moveaxis, ravel, squeeze, swapaxes } from '../../src/ops/axes.ts'
import { at } from '../../src/ops/indexing.ts'
import { transpose } from '../../src/ops/shape.ts'
import { tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const T = randomComplex([2, 3, 4], 1)

describe('ravel', () => {
  it('has all elements in order', () => {
    expect(ravel(tensor([[1, 2], [3, 4]])).toArray()).toEqual([1, 2, 3, 4]) // prettier-ignore
    expect(ravel(5).toArray()).toEqual([5])
    expect(ravel(tensor([], { shape: [0, 3] })).shape).toEqual([0])
  })
})

describe('squeeze and expandDims', () => {
  it('undo each other', () => {
    for (const axis of [0, 1, 3, -1, [0, 2], [-1, 0]]) {
      const wide = expandDims(T, axis)
      expect(squeeze(wide, { axis })).toMatchObject({ shape: [2, 3, 4] })
      expect(maxDifference(squeeze(wide, { axis }), T)).toBe(0)
    }
    expect(expandDims(T, [0, -1]).shape).toEqual([1, 2, 3, 4, 1])
    expect(expandDims(3, 0).toArray()).toEqual([3])
  })

  it('without axis drops all axes of length 1', () => {
    expect(squeeze(tensor([[[1], [2]]])).shape).toEqual([2])
    expect(squeeze(tensor([[1]])).shape).toEqual([])
    expect(squeeze(tensor([], { shape: [1, 0] })).shape).toEqual([0])
    expect(squeeze(2).item()).toBe(2)
  })

  it.each([
    [
      () => squeeze(T, { axis: 1 }),
      'squeeze: axis 1 of shape [2, 3, 4] has length 3; only axes of length 1 can be dropped. Take one element with at, or a sum over the axis.',
    ],
    [() => squeeze(T, { axis: 3 }), 'squeeze: axis 3 does not exist; the tensor has 3 axes. Use -3 … 2.'],
    [
      () => squeeze(tensor([[1]]), { axis: [0, -2] }),
      'squeeze: expected different axes, got [0, -2] of 2. Name each axis once.',
    ],
    [() => expandDims(T, 4), 'expandDims: axis 4 does not exist; the tensor has 4 axes. Use -4 … 3.'],
    [() => expandDims(T, [1, 1]), 'expandDims: expected different axes, got [1, 1] of 5. Name each axis once.'],
  ])('refuse other axes (%#)', (f, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(message)
  })
})

describe('moveaxis', () => {
  it.each([
    [0, 2, [1, 2, 0]],
    [-1, 0, [2, 0, 1]],
    [1, 1, [0, 1, 2]],
    [
      [0, 1],
      [-1, 0],
      [1, 2, 0],
    ],
    [
      [2, 0],
      [0, 1],
      [2, 0, 1],
    ],
  ] as const)('of %j to %j is the transpose along %j', (source, destination, order) => {
    expect(maxDifference(moveaxis(T, source, destination), transpose(T, order))).toBe(0)
  })

  it('refuses as many destinations as not sources', () => {
    const error = errorOf(() => moveaxis(T, [0, 1], 0))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      'moveaxis: expected as many destinations as sources, got 1 and 2. Give a place for each axis.',
    )
    expect(errorOf(() => moveaxis(T, 3, 0)).message).toMatch(/^moveaxis: axis 3 does not exist/)
    expect(errorOf(() => moveaxis(T, [0, 0], [0, 1])).message).toMatch(/^moveaxis: expected different axes/)
  })
})

describe('swapaxes', () => {
  it('exchanges two axes', () => {
    const swapped = swapaxes(T, 0, -1)
    expect(swapped.shape).toEqual([4, 3, 2])
    expect(at(swapped, 3, 1, 0).item()).toEqual(at(T, 0, 1, 3).item())
    expect(swapaxes(T, 1, -2)).toBe(T)
  })

  it('refuses an axis that does not exist', () => {
    const error = errorOf(() => swapaxes(T, 0, 3))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('swapaxes: axis 3 does not exist; the tensor has 3 axes. Use -3 … 2.')
  })
})
