import { describe, expect, it } from 'vitest'
import { axisTitle } from '../src/figure.ts'

describe('axisTitle', () => {
  it('has the unit in brackets', () => {
    expect(axisTitle({ label: 'f', unit: 'MHz' })).toBe('f (MHz)')
  })

  it('has no brackets without a unit', () => {
    expect(axisTitle({ label: 'S21' })).toBe('S21')
    expect(axisTitle({ label: 'S21', unit: '' })).toBe('S21')
  })
})
