import { describe, expect, it } from 'vitest'
import { PlotError, formatComplex, formatNumber, formatUncertain } from '../src/index.ts'

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [2, '2'],
    [-0.25, '-0.25'],
    [3.14159265, '3.14159'],
    [123456.7, '123457'],
    [999999.9, '1e6'],
    [0.001, '0.001'],
    [0.0009999, '9.999e-4'],
    [1.042824e-5, '1.04282e-5'],
    [-6.02214076e23, '-6.02214e23'],
    [Number.MIN_VALUE, '4.94066e-324'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '-∞'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('keeps as many significant digits as asked for', () => {
    expect(formatNumber(3.08481742, 3)).toBe('3.08')
    expect(formatNumber(3.987848e9, 9)).toBe('3.987848e9')
  })

  it('writes finite numbers so that they can be read back', () => {
    for (const value of [1, -2.5, 1e-7, -3.2e12, 0.001]) expect(Number(formatNumber(value))).toBe(value)
  })
})

describe('formatUncertain', () => {
  it.each([
    [29.14112, 0.03627, '29.141 ± 0.036', '29.141(36)'],
    [3.0848074, 0.0015, '3.0848 ± 0.0015', '3.0848(15)'],
    [-67.52107, 0.89, '-67.52 ± 0.89', '-67.52(89)'],
    [34.52, 1.234, '34.5 ± 1.2', '34.5(1.2)'],
    [29141.2, 36.3, '29141 ± 36', '29141(36)'],
    [29141.2, 3627, '29100 ± 3600', '29100(3600)'],
    [1.042824e-5, 2.945e-8, '(1.0428 ± 0.0029)e-5', '1.0428(29)e-5'],
    [-3.9878483549e9, 1.2e3, '(-3.9878484 ± 0.0000012)e9', '-3.9878484(12)e9'],
    [-0.0039552, 0.009, '-0.0040 ± 0.0090', '-0.0040(90)'],
    [0, 0.0123, '0.000 ± 0.012', '0.000(12)'],
  ])('rounds %d and its error %d to one decimal, in both styles', (value, error, plusMinus, brackets) => {
    expect(formatUncertain(value, error)).toBe(plusMinus)
    expect(formatUncertain(value, error, 'brackets')).toBe(brackets)
  })

  it('keeps two digits of an error that rounds up to the next power of ten', () => {
    expect(formatUncertain(1.234567, 0.0996)).toBe('1.23 ± 0.10')
    expect(formatUncertain(1.234567, 0.00996, 'brackets')).toBe('1.235(10)')
  })

  it('keeps a digit of every value that it writes with its error, and the sign of no zero', () => {
    expect(formatUncertain(-0.1, 9.6)).toBe('-0.1 ± 9.6')
    expect(formatUncertain(-1, 96)).toBe('-1 ± 96')
    expect(formatUncertain(-0.04, 1.5)).toBe('-0.04 ± 1.5')
    expect(formatUncertain(-0, 1)).toBe('0.0 ± 1.0')
    expect(formatUncertain(-0, 100)).toBe('0 ± 100')
  })

  it('writes value and error apart where the error hides every digit of the value', () => {
    expect(formatUncertain(5.2e4, 1.5e7)).toBe('5.2e4 ± 1.5e7')
    expect(formatUncertain(0.145, 25.6)).toBe('0.14 ± 26')
    expect(formatUncertain(-2459, 7e5, 'brackets')).toBe('-2500 ± 700000')
  })

  it('writes value and error apart where a double does not hold both', () => {
    expect(formatUncertain(1, 1e-30)).toBe('1 ± 1e-30')
    expect(formatUncertain(1e300, 1e-300)).toBe('1e300 ± 1e-300')
  })

  it('says that an error is zero, unknown or infinite', () => {
    expect(formatUncertain(29.14112, 0)).toBe('29.14112 ± 0')
    expect(formatUncertain(0, 0)).toBe('0 ± 0')
    expect(formatUncertain(29.14112, NaN)).toBe('29.1411 ± ?')
    expect(formatUncertain(29.14112, Infinity)).toBe('29 ± ∞')
  })

  it('says that a value is not finite', () => {
    expect(formatUncertain(NaN, 0.1)).toBe('NaN ± 0.1')
    expect(formatUncertain(-Infinity, 0.1)).toBe('-∞ ± 0.1')
    expect(formatUncertain(NaN, NaN)).toBe('NaN ± ?')
  })

  it('refuses a negative error', () => {
    expect(() => formatUncertain(1, -0.1)).toThrow(PlotError)
    expect(() => formatUncertain(1, -0.1)).toThrow('must be at least 0, got -0.1')
  })
})

describe('formatComplex', () => {
  it('puts the sign of the imaginary part between the parts', () => {
    expect(formatComplex({ re: 1.5, im: -2 })).toBe('1.5 - 2 i')
    expect(formatComplex({ re: -1.5, im: 2 })).toBe('-1.5 + 2 i')
    expect(formatComplex({ re: 0, im: 1e-9 })).toBe('0 + 1e-9 i')
  })

  it('gives each part its own error', () => {
    const value = { re: 29.14112, im: -1.042824e-5 }
    const error = { re: 0.03627, im: 2.945e-8 }
    expect(formatComplex(value, error)).toBe('(29.141 ± 0.036) - (1.0428 ± 0.0029)e-5 i')
    expect(formatComplex(value, error, 'brackets')).toBe('29.141(36) - 1.0428(29)e-5 i')
  })

  it('says which part is not a number', () => {
    expect(formatComplex({ re: NaN, im: 1 })).toBe('NaN + 1 i')
    expect(formatComplex({ re: 1, im: NaN }, { re: 0, im: NaN })).toBe('(1 ± 0) + (NaN ± ?) i')
  })
})
