import { describe, expect, it } from 'vitest'
import { getrfReal } from '../src/getrf-real.ts'
import { getrf } from '../src/getrf.ts'
import {
  complexOf,
  maxAbs,
  maxDifference,
  permuted,
  product,
  randomReals,
  realParts,
  rounding,
  scaled,
  sizes,
  triangle,
} from './matrices.ts'

function factor(n: number, A: Float64Array) {
  const LU = A.slice()
  const pivots = new Int32Array(n)
  const failed = getrfReal(n, LU, pivots)
  return { LU, pivots, failed, L: triangle(n, complexOf(LU), false, true), U: triangle(n, complexOf(LU), true, false) }
}

/** The largest element of P A − L U. */
function residual(n: number, A: Float64Array): number {
  const { L, U, pivots } = factor(n, A)
  return maxDifference(product([n, n, n], L, U), permuted(n, complexOf(A), pivots))
}

describe('getrfReal', () => {
  it.each(sizes)('leaves no residual P A − L U, n = %i', (n) => {
    const A = randomReals(n, n, n + 1)
    expect(factor(n, A).failed).toBe(-1)
    expect(residual(n, A)).toBeLessThanOrEqual(rounding(n, 1))
  })

  it.each(sizes)('agrees with getrf on real data, n = %i', (n) => {
    const A = randomReals(n, n, 2)
    const { LU, pivots } = factor(n, A)
    const complex = complexOf(A)
    const complexPivots = new Int32Array(n)
    getrf(n, complex, complexPivots)
    expect(pivots).toEqual(complexPivots)
    // With the same pivots the operations are the same, up to additions of zero: no condition of A comes in.
    expect(maxDifference(LU, realParts(complex))).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(LU))))
  })

  it.each(sizes)('bounds every multiplier by 1, n = %i', (n) => {
    // |l| = |a/p| with |a| ≤ |p|, and correct rounding keeps that.
    expect(maxAbs(factor(n, randomReals(n, n, 3)).L)).toBeLessThanOrEqual(1)
  })

  it.each([1e-200, 1e200])('survives entries of size %d', (size) => {
    const A = scaled(randomReals(40, 40, 4), size)
    expect(factor(40, A).failed).toBe(-1)
    expect(residual(40, A)).toBeLessThanOrEqual(rounding(40, size))
  })

  it.each([2 ** -996, 2 ** 996])('scales U exactly and leaves L alone when A is scaled by %d', (factorOfA) => {
    const A = randomReals(17, 17, 5)
    const plain = factor(17, A)
    const extreme = factor(17, scaled(A, factorOfA))
    expect(extreme.pivots).toEqual(plain.pivots)
    // Powers of two round nothing, and nothing over- or underflows; so the results agree to the last bit.
    expect(extreme.L).toEqual(plain.L)
    expect(extreme.U).toEqual(scaled(plain.U, factorOfA))
  })

  it('divides by a subnormal pivot, whose inverse is infinite', () => {
    const { failed, LU } = factor(2, Float64Array.of(2e-310, 1, 1e-310, 1))
    expect(failed).toBe(-1)
    expect(LU[2]).toBe(0.5)
  })

  it('takes a larger negative element as the pivot', () => {
    expect([...factor(2, Float64Array.of(1, 2, -3, 4)).pivots]).toEqual([1, 1])
  })

  it('reports a zero pivot and still factors the singular matrix', () => {
    const n = 5
    const A = randomReals(n, n, 7).map((x, i) => (i % n === 2 ? 0 : x))
    expect(factor(n, A).failed).toBe(2)
    expect(residual(n, A)).toBeLessThanOrEqual(rounding(n, 1))
  })

  it('reports the first pivot of the zero matrix', () => {
    expect(factor(3, new Float64Array(9)).failed).toBe(0)
  })

  it('reports a NaN or an infinity, wherever it is', () => {
    const n = 5
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (let at = 0; at < n * n; at++) {
        const A = randomReals(n, n, 8)
        A[at] = bad
        expect(factor(n, A).failed).toBeGreaterThanOrEqual(0)
      }
    }
  })
})
