import { describe, expect, it } from 'vitest'
import { sortedByX } from '../src/sorted-by-x.ts'

describe('sortedByX', () => {
  it('keeps pairs together, and the order of equal x', () => {
    expect(sortedByX('f', [3, 1, 2, 1], [30, 10, 20, 11])).toEqual({ x: [1, 1, 2, 3], y: [10, 11, 20, 30] })
  })
})
