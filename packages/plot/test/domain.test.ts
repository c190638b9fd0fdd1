import { describe, expect, it } from 'vitest'
import { equalFrame, extent, widen } from '../src/domain.ts'

describe('extent', () => {
  it('spans all arrays', () => {
    expect(extent([[3, 1], Float64Array.of(-2, 0)])).toEqual([-2, 3])
  })
})

describe('widen', () => {
  it('adds the same fraction on both sides', () => {
    expect(widen([0, 10], 0.1)).toEqual([-1, 11])
  })

  it('adds the same factor on both sides of a log axis', () => {
    const [low, high] = widen([1, 100], 0.5, 'log')
    expect(low).toBeCloseTo(0.1, 12)
    expect(high).toBeCloseTo(1000, 9)
  })

  it('gives a single value an interval', () => {
    expect(widen([0, 0], 0.1)).toEqual([-1, 1])
    expect(widen([-20, -20], 0.1)).toEqual([-22, -18])
    expect(widen([3, 3], 0.1, 'log')).toEqual([1.5, 6])
  })
})

describe('equalFrame', () => {
  it.each([
    [
      [0, 1],
      [0, 1],
    ],
    [
      [28, 77],
      [0, 24],
    ],
    [
      [0, 100],
      [0, 1],
    ],
    [
      [0, 1],
      [-50, 50],
    ],
  ] as const)('gives one unit one length, and holds both domains: %o by %o', (x, y) => {
    const frame = equalFrame(x, y, 560, [220, 460])
    const unit = 560 / (frame.x[1] - frame.x[0])
    expect(frame.height / (frame.y[1] - frame.y[0])).toBeCloseTo(unit, 9)
    expect(frame.height).toBeGreaterThanOrEqual(220)
    expect(frame.height).toBeLessThanOrEqual(460)
    const slack = 1e-2 // half a pixel of a height that is a whole number
    expect(frame.x[0]).toBeLessThanOrEqual(x[0] + slack)
    expect(frame.y[1]).toBeGreaterThanOrEqual(y[1] - slack)
  })
})
