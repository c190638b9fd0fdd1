import { describe, expect, it } from 'vitest'
import { fft } from '../src/fft.ts'
import { radicesOf, rootOfUnity } from '../src/fft-plan.ts'
import { randomMatrix } from './matrices.ts'

/** Σⱼ xⱼ e^{∓2πijk/n} term by term, the exponent jk mod n exact. */
function definition(n: number, x: Float64Array, inverse: boolean): Float64Array {
  const roots = Array.from({ length: n }, (_, k) => rootOfUnity(k, n))
  const sums = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const [c, s] = roots[(j * k) % n]
      const im = inverse ? -s : s
      sums[2 * k] += x[2 * j] * c - x[2 * j + 1] * im
      sums[2 * k + 1] += x[2 * j] * im + x[2 * j + 1] * c
    }
  }
  return sums
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, part) => sum + part * part, 0))

const distance = (x: Float64Array, y: Float64Array): number => norm(x.map((part, i) => part - y[i]))

function transformed(n: number, x: Float64Array, inverse = false): Float64Array {
  const X = x.slice()
  fft(1, n, 1, X, inverse)
  return X
}

/**
 * ε log₂ n for the transform, a few times as much for the three of Bluestein's algorithm, and ε √n for the sums of the
 * definition; relative to the norm of the result, which is √n times that of x.
 */
const tolerance = (n: number): number => 2 ** -52 * (2 * Math.log2(2 * n + 1) + Math.sqrt(n))

const everyLength = Array.from({ length: 65 }, (_, n) => n)
const otherLengths = [96, 97, 101, 125, 128, 192, 243, 256, 2 * 97, 31 * 37, 384, 512, 625, 1000, 1009, 1024]

describe('fft', () => {
  it.each([false, true])('is the sum of its definition for every length up to 64, inverse %s', (inverse) => {
    for (const n of everyLength) {
      const x = randomMatrix(n, 1, n + 1)
      const expected = definition(n, x, inverse)
      expect(distance(transformed(n, x, inverse), expected), `n = ${n}`).toBeLessThanOrEqual(
        tolerance(n) * norm(expected),
      )
    }
  })

  it.each(otherLengths)('is the sum of its definition for length %i', (n) => {
    const x = randomMatrix(n, 1, n)
    const expected = definition(n, x, false)
    expect(distance(transformed(n, x), expected)).toBeLessThanOrEqual(tolerance(n) * norm(expected))
  })

  it.each([2 ** 14, 3 * 2 ** 12, 3 ** 8, 5 ** 5, 10_007, 2 * 5003])(
    'followed by its inverse is n times the identity, and keeps the norm up to √n, for length %i',
    (n) => {
      const x = randomMatrix(n, 1, 3)
      const X = transformed(n, x)
      const back = transformed(n, X, true).map((part) => part / n)
      // The error of the passes alone, at most a dozen ε for Bluestein's six transforms; and that of summing 2n squares.
      expect(distance(back, x) / norm(x)).toBeLessThan(12 * 2 ** -52)
      expect(Math.abs(norm(X) / Math.sqrt(n) / norm(x) - 1)).toBeLessThan((12 + Math.sqrt(n)) * 2 ** -52)
    },
  )

  it.each([1, 4, 6, 7, 15, 37])('along a middle axis of length %i transforms each line by itself', (n) => {
    const [before, after] = [2, 3]
    const x = randomMatrix(before * n * after, 1, 5)
    const X = x.slice()
    fft(before, n, after, X, false)
    for (let b = 0; b < before; b++) {
      for (let a = 0; a < after; a++) {
        const at = (j: number, part: number): number => 2 * ((b * n + j) * after + a) + part
        const line = (data: Float64Array): Float64Array =>
          Float64Array.from({ length: 2 * n }, (_, i) => data[at(i >> 1, i & 1)])
        const expected = definition(n, line(x), false)
        expect(distance(line(X), expected)).toBeLessThanOrEqual(tolerance(n) * norm(expected))
      }
    }
  })

  it('of nothing does nothing', () => {
    for (const [before, n, after] of [
      [0, 4, 1],
      [2, 0, 3],
      [2, 4, 0],
    ]) {
      const X = new Float64Array(0)
      fft(before, n, after, X, false)
      expect(X).toHaveLength(0)
    }
  })

  it.each([1e-300, 1e300, 5e-310])('scales with its argument where the squares overflow or underflow, %d', (factor) => {
    for (const n of [8, 97]) {
      const x = randomMatrix(n, 1, 6)
      const X = transformed(n, x)
      const scaled = transformed(
        n,
        x.map((part) => part * factor),
      )
      // Rounding, and the spacing of subnormal numbers, 5e-324, for each of the n terms and their log₂ n sums.
      const spacing = (5e-324 * n * 10) / factor
      scaled.forEach((part, i) => expect(Math.abs(part / factor - X[i])).toBeLessThan(1e-13 + spacing))
    }
  })
})

describe('rootOfUnity', () => {
  it('is exact at the eighths of the circle, and symmetric', () => {
    const unsigned = (k: number, n: number): number[] => rootOfUnity(k, n).map((part) => part + 0)
    expect([0, 1, 2, 3].map((k) => unsigned(k, 4))).toEqual([
      [1, 0],
      [0, -1],
      [-1, 0],
      [0, 1],
    ])
    for (let k = 1; k < 12; k++) {
      const [re, im] = rootOfUnity(k, 12)
      expect(unsigned(12 - k, 12)).toEqual([re + 0, -im + 0])
    }
  })
})

describe('radicesOf', () => {
  it('multiplies up to n, fours first', () => {
    expect(radicesOf(1)).toEqual([])
    expect(radicesOf(360)).toEqual([4, 2, 3, 3, 5])
    expect(radicesOf(2 * 49 * 1009)).toEqual([2, 7, 7, 1009])
  })
})
