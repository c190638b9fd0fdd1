import { describe, expect, it } from 'vitest'
import { logTicks } from '../src/log-ticks.ts'

const labels = (low: number, high: number) => logTicks([low, high]).map(({ label }) => label)

describe('logTicks', () => {
  it('writes near powers of ten out', () => {
    expect(labels(0.5, 2000)).toEqual(['1', '10', '100', '1000'])
  })

  it('writes far powers of ten as powers, all in one way', () => {
    expect(labels(0.9e-6, 2e-3)).toEqual(['10⁻⁶', '10⁻⁵', '10⁻⁴', '10⁻³'])
    expect(labels(1, 1e7)).toContain('10⁰')
  })

  it('has at most eight ticks over many decades, at equal steps', () => {
    const powers = logTicks([1e-30, 1e10]).map(({ value }) => Math.round(Math.log10(value)))
    expect(powers.length).toBeLessThanOrEqual(8)
    expect(new Set(powers.slice(1).map((power, i) => power - powers[i])).size).toBe(1)
  })

  it('divides few decades at 2 and 5', () => {
    expect(labels(0.9, 25)).toEqual(['1', '2', '5', '10', '20'])
    expect(labels(0.9e-9, 25e-9)).toEqual(['10⁻⁹', '2×10⁻⁹', '5×10⁻⁹', '10⁻⁸', '2×10⁻⁸'])
  })

  it('leaves a narrow domain to the renderer', () => {
    expect(logTicks([3, 4])).toEqual([])
  })
})
