import { describe, expect, it } from 'vitest'
import { formatComplex, isComplex } from '../src/complex.ts'

describe('isComplex', () => {
  it('is true for two numbers, whatever else there is', () => {
    expect(isComplex({ re: 0, im: NaN })).toBe(true)
    expect(isComplex({ re: 1, im: 2, unit: 'Ω' })).toBe(true)
  })

  it.each([null, undefined, 3, 'i', {}, { re: 1 }, { im: 1 }, { re: '1', im: 2 }, [1, 2]])('is false for %j', (x) => {
    expect(isComplex(x)).toBe(false)
  })
})

describe('formatComplex', () => {
  it.each([
    [{ re: 1.5, im: 2 }, '1.5 + 2i'],
    [{ re: -1, im: -0.25 }, '-1 − 0.25i'],
    [{ re: 0, im: -0 }, '0 − 0i'],
    [{ re: 1 / 3, im: 1e-20 }, '0.333333 + 1e-20i'],
  ])('writes %j as %s', (z, text) => expect(formatComplex(z)).toBe(text))

  it('keeps the digits asked for', () => expect(formatComplex({ re: Math.PI, im: -Math.E }, 3)).toBe('3.14 − 2.72i'))
})
