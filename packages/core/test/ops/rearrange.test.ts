import { maxDifference, randomComplex } from '@cad/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArgumentError, ShapeError } from '../../src/errors.ts'
import { arange } from '../../src/ops/creation.ts'
import { at, slice } from '../../src/ops/indexing.ts'
import { concat } from '../../src/ops/joining.ts'
import { flip, repeat, roll, split, tile } from '../../src/ops/rearrange.ts'
import { tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const A = randomComplex([3, 4], 1)
const nothing = tensor([], { shape: [0, 2] })

describe('flip', () => {
  it('is the slice with step −1, and its own inverse', () => {
    expect(maxDifference(flip(A, { axis: 0 }), slice(A, { step: -1 }))).toBe(0)
    expect(maxDifference(flip(A), slice(A, { step: -1 }, { step: -1 }))).toBe(0)
    expect(maxDifference(flip(flip(A, { axis: -1 }), { axis: 1 }), A)).toBe(0)
    expect(flip(nothing).shape).toEqual([0, 2])
    expect(flip(3).item()).toBe(3)
  })
})

describe('roll', () => {
  it('moves element p to p + shift, around the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: -20, max: 20 }), (n, shift) => {
        const moved = roll(arange(n), shift).toArray() as number[]
        for (let p = 0; p < n; p++) expect(moved[(((p + shift) % n) + n) % n]).toBe(p)
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('rolls several axes, each by its shift or all by one', () => {
    const both = roll(roll(A, 1, { axis: 0 }), -2, { axis: 1 })
    expect(maxDifference(roll(A, [1, -2], { axis: [0, 1] }), both)).toBe(0)
    expect(maxDifference(roll(A, 1, { axis: [0, 1] }), roll(roll(A, 1, { axis: 0 }), 1, { axis: 1 }))).toBe(0)
    expect(roll(nothing, 3, { axis: 0 }).shape).toEqual([0, 2])
    expect(roll(nothing, 3).shape).toEqual([0, 2])
    expect(roll(7, 1).item()).toBe(7)
  })
})

describe('tile', () => {
  it('puts copies side by side', () => {
    expect(tile(tensor([1, 2]), 2).toArray()).toEqual([1, 2, 1, 2])
    expect(maxDifference(tile(A, [2, 1]), concat([A, A]))).toBe(0)
    expect(maxDifference(tile(A, 3), concat([A, A, A], { axis: 1 }))).toBe(0)
    expect(tile(tensor([1]), [2, 2]).toArray()).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(tile(A, []).shape).toEqual([3, 4])
    expect(tile(A, [0, 1]).shape).toEqual([0, 4])
    expect(tile(5, 2).toArray()).toEqual([5, 5])
  })
})

describe('repeat', () => {
  it('repeats each element where it stands', () => {
    expect(repeat(tensor([1, 2]), 2).toArray()).toEqual([1, 1, 2, 2])
    expect(repeat(tensor([1, 2, 3]), [2, 0, 1]).toArray()).toEqual([1, 1, 3])
    const wide = repeat(A, [1, 0, 2, 1], { axis: -1 })
    expect(wide.shape).toEqual([3, 4])
    expect(at(wide, 1, 2).item()).toEqual(at(A, 1, 2).item())
    expect(repeat(A, 0, { axis: 0 }).shape).toEqual([0, 4])
    expect(repeat(nothing, 3).shape).toEqual([0])
  })
})

describe('split', () => {
  it('is undone by concat', () => {
    for (const axis of [0, 1, -1]) {
      const cuts = [1, 2, 2, -1]
      expect(maxDifference(concat(split(A, cuts, { axis }), { axis }), A)).toBe(0)
    }
    expect(split(A, 2, { axis: 1 }).map(({ shape }) => shape)).toEqual([
      [3, 2],
      [3, 2],
    ])
    expect(split(nothing, 3).map(({ shape }) => shape)).toEqual([nothing, nothing, nothing].map(({ shape }) => shape))
  })

  it('clips positions like slice', () => {
    expect(split(arange(3), [2, 9]).map((part) => part.toArray())).toEqual([[0, 1], [2], []])
    expect(split(arange(3), [2, 1]).map((part) => part.toArray())).toEqual([[0, 1], [], [1, 2]])
  })
})

describe('what does not fit', () => {
  it.each([
    [() => flip(A, { axis: 2 }), ShapeError, 'flip: axis 2 does not exist; the tensor has 2 axes. Use -2 … 1.'],
    [
      () => flip(A, { axis: [0, 0] }),
      ShapeError,
      'flip: expected different axes, got [0, 0] of 2. Name each axis once.',
    ],
    [() => roll(A, 0.5), ArgumentError, 'roll: shift must be integers, got 0.5. Check how it is computed.'],
    [
      () => roll(A, [1, 2, 3], { axis: [0, 1] }),
      ShapeError,
      'roll: expected one shift, or one for each of 2 axes, got 3. Give as many shifts as axes.',
    ],
    [() => roll(3, 1, { axis: 0 }), ShapeError, 'roll: axis 0 does not exist; the tensor has 0 axes.'],
    [() => tile(A, -1), ArgumentError, 'tile: reps must be integers ≥ 0, got -1. Check how it is computed.'],
    [() => repeat(A, 1.5), ArgumentError, 'repeat: repeats must be integers ≥ 0, got 1.5. Check how it is computed.'],
    [
      () => repeat(A, [1, 2], { axis: 0 }),
      ShapeError,
      'repeat: expected one count, or one for each of the 3 elements along axis 0 of shape [3, 4], got 2. Give as many counts as elements.',
    ],
    [
      () => split(A, 2),
      ShapeError,
      'split: 3 elements along axis 0 do not divide into 2 equal parts. Give the positions of the cuts as a list.',
    ],
    [() => split(A, 0), ArgumentError, 'split: sections must be integers ≥ 1, got 0. Check how it is computed.'],
    [() => split(A, [0.5]), ArgumentError, 'split: sections must be integers, got 0.5. Check how it is computed.'],
    [() => split(2, 1), ShapeError, 'split: axis 0 does not exist; the tensor has 0 axes.'],
  ])('is refused (%#)', (f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })
})
