import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArgumentError, ShapeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { arange } from '../../src/ops/creation.ts'
import { at, slice } from '../../src/ops/indexing.ts'
import { reshape } from '../../src/ops/shape.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const A = reshape(arange(6), [2, 3])

describe('at', () => {
  it('reads elements and parts, from the end with negative indices', () => {
    expect(at(A, 1, 2).item()).toBe(5)
    expect(at(A, -1, -3).item()).toBe(3)
    expect(at(A, 1).toArray()).toEqual([3, 4, 5])
    expect(at(A)).toMatchObject({ shape: [2, 3] })
    expect(at(tensor([{ re: 1, im: 2 }]), 0).item()).toEqual({ re: 1, im: 2 })
  })

  it('sends cotangents back to where the elements stood', () => {
    expect(grad((x: Tensor) => mul(at(x, 1, 0), at(x, 0, 2)))(A).toArray()).toEqual([
      [0, 0, 3],
      [2, 0, 0],
    ])
  })

  it.each([[2], [-3], [0.5], [NaN]])('refuses the index %d', (index) => {
    const error = errorOf(() => at(A, index))
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toBe(
      `at: index ${index} is not valid for axis 0 of shape [2, 3]. Use an integer from -2 to 1.`,
    )
  })

  it('refuses more indices than axes', () => {
    const error = errorOf(() => at(A, 0, 0, 0))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^at: got 3 indices for shape \[2, 3\]/)
  })
})

/** What Python's range semantics select: positions from `start` by `step` while they lie inside and before `end`. */
function pick(length: number, start: number | undefined, end: number | undefined, step: number): number[] {
  const found: number[] = []
  const absolute = (i: number): number => (i < 0 ? i + length : i)
  const from = start === undefined ? (step > 0 ? 0 : length - 1) : absolute(start)
  const to = end === undefined ? (step > 0 ? length : -1) : absolute(end)
  const first = step > 0 ? Math.max(from, 0) : Math.min(from, length - 1)
  for (let i = first; step > 0 ? i < Math.min(to, length) : i > Math.max(to, -1); i += step) found.push(i)
  return found
}

describe('slice', () => {
  it('selects what a range of positions selects', () => {
    const position = fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined })
    const step = fc.integer({ min: -3, max: 3 }).filter((s) => s !== 0)
    fc.assert(
      fc.property(fc.nat(6), position, position, step, (length, start, end, by) => {
        const range = { ...(start !== undefined && { start }), ...(end !== undefined && { end }), step: by }
        expect(slice(arange(length), range).toArray()).toEqual(pick(length, start, end, by))
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  it('cuts the first axes and leaves the others whole', () => {
    expect(slice(A, { start: 1 }).toArray()).toEqual([[3, 4, 5]])
    expect(slice(A, {}, { step: 2 }).toArray()).toEqual([
      [0, 2],
      [3, 5],
    ])
    expect(slice(A, { end: 0 }).shape).toEqual([0, 3])
  })

  it('gives cut elements no cotangent', () => {
    expect(grad((x: Tensor) => sum(slice(x, {}, { start: -1, step: -2 })))(A).toArray()).toEqual([
      [1, 0, 1],
      [1, 0, 1],
    ])
  })

  it.each([[{ step: 0 }], [{ start: 0.5 }], [{ end: NaN }]])('refuses %j', (range) => {
    const error = errorOf(() => slice(A, range))
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toMatch(/^slice: start, end and step must be integers and step not 0, got \{ start: /)
  })

  it('refuses more ranges than axes', () => {
    const error = errorOf(() => slice(A, {}, {}, {}))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/^slice: got 3 ranges for shape \[2, 3\]/)
  })
})
