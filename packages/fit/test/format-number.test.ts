import { describe, expect, it } from 'vitest'
import { formatNumber, formatUncertain, formatValue } from '../src/format-number.ts'

describe('formatUncertain', () => {
  it.each([
    [3.08481, 0.0015, '3.0848(15)'],
    [1.042824e-5, 2.945e-8, '1.0428(29)e-5'],
    [-0.0040123, 0.009, '-0.0040(90)'],
    [123.44, 1.2, '123.4(1.2)'],
    [123.44, 12, '123(12)'],
    [12345, 1200, '12300 ± 1200'],
    [5.2e4, 1.5e7, '52000 ± 1.5e7'],
    [3.9878483739e9, 70, '3.987848374(70)e9'],
    [0, 0.02, '0.000(20)'],
    [0.996, 0.0996, '1.00(10)'],
    [2, 0, '2 ± 0'],
    [2.5, undefined, '2.5'],
  ])('writes %d with the error %d as %s', (value, error, text) => {
    expect(formatUncertain(value, error)).toBe(text)
  })
})

describe('formatValue', () => {
  it('writes complex numbers by their parts', () => {
    expect(formatValue({ re: 1, im: -2 })).toBe('1 - 2 i')
    expect(formatValue({ re: 1, im: 2 }, { re: 0.1, im: 0.02 })).toBe('1.00(10) + 2.000(20) i')
  })
})

describe('formatNumber', () => {
  it('keeps significant digits', () => {
    expect([formatNumber(1234567), formatNumber(0.00012, 3), formatNumber(-0.5)]).toEqual([
      '1.23457e6',
      '1.2e-4',
      '-0.5',
    ])
  })
})
