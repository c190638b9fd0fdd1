import { describe, expect, it } from 'vitest'
import { getrf } from '../src/getrf.ts'
import {
  elementOf,
  fromElements,
  imaginaryParts,
  maxAbs,
  maxDifference,
  permuted,
  product,
  randomMatrix,
  randomRealMatrix,
  rounding,
  scaled,
  sizes,
  triangle,
} from './matrices.ts'

function factor(n: number, A: Float64Array) {
  const LU = A.slice()
  const pivots = new Int32Array(n)
  const failed = getrf(n, LU, pivots)
  return { LU, pivots, failed, L: triangle(n, LU, false, true), U: triangle(n, LU, true, false) }
}

describe('getrf', () => {
  it.each(sizes)('leaves no residual P A − L U, n = %i', (n) => {
    const A = randomMatrix(n, n, n + 1)
    const { L, U, pivots, failed } = factor(n, A)
    expect(failed).toBe(-1)
    expect(maxDifference(product([n, n, n], L, U), permuted(n, A, pivots))).toBeLessThanOrEqual(rounding(n, 1))
  })

  it.each(sizes)('bounds every multiplier, n = %i', (n) => {
    const { L } = factor(n, randomMatrix(n, n, 3))
    // |Re| + |Im| of the pivot is the largest, so |l| ≤ √2 up to rounding.
    expect(maxAbs(L)).toBeLessThanOrEqual(Math.SQRT2 * (1 + 4 * Number.EPSILON))
  })

  it.each(sizes)('keeps real data exactly real, n = %i', (n) => {
    const { LU } = factor(n, randomRealMatrix(n, n, 4))
    expect(imaginaryParts(LU).every((im) => im === 0)).toBe(true)
  })

  it.each([2 ** -996, 2 ** 996])('scales U exactly and leaves L alone when A is scaled by %d', (factorOfA) => {
    const A = randomMatrix(17, 17, 5)
    const plain = factor(17, A)
    const extreme = factor(17, scaled(A, factorOfA))
    expect(extreme.failed).toBe(-1)
    expect(extreme.pivots).toEqual(plain.pivots)
    // Powers of two round nothing, and nothing over- or underflows; so the results agree to the last bit.
    expect(extreme.L).toEqual(plain.L)
    expect(extreme.U).toEqual(scaled(plain.U, factorOfA))
  })

  it('survives columns graded from 1e-300 to 1e300', () => {
    const n = 13
    const random = randomMatrix(n, n, 6)
    const grade = (j: number) => 10 ** (-300 + 50 * j)
    const A = fromElements(n, n, (i, j) => {
      const [re, im] = elementOf(n, random, i, j)
      return [re * grade(j), im * grade(j)]
    })
    const { L, U, pivots, failed } = factor(n, A)
    expect(failed).toBe(-1)
    const residual = product([n, n, n], L, U).map((part, i) => part - permuted(n, A, pivots)[i])
    const relative = residual.map((part, i) => part / grade((i >> 1) % n))
    expect(maxAbs(relative)).toBeLessThanOrEqual(rounding(n, 1))
  })

  it('reports a zero pivot and still factors the singular matrix', () => {
    const n = 5
    const random = randomMatrix(n, n, 7)
    const A = fromElements(n, n, (i, j) => (j === 2 ? [0, 0] : elementOf(n, random, i, j)))
    const { L, U, pivots, failed } = factor(n, A)
    expect(failed).toBe(2)
    expect(maxDifference(product([n, n, n], L, U), permuted(n, A, pivots))).toBeLessThanOrEqual(rounding(n, 1))
  })

  it('reports the first pivot of the zero matrix', () => {
    expect(factor(3, new Float64Array(18)).failed).toBe(0)
  })

  it('reports a NaN or an infinity, wherever it is', () => {
    const n = 5
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (let at = 0; at < 2 * n * n; at++) {
        const A = randomMatrix(n, n, 8)
        A[at] = bad
        expect(factor(n, A).failed).toBeGreaterThanOrEqual(0)
      }
    }
  })

  it('takes a finite pivot although the sum of its parts overflows', () => {
    expect(factor(1, Float64Array.of(1.7e308, 1.7e308)).failed).toBe(-1)
  })
})
