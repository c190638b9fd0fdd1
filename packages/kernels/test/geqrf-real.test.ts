import { describe, expect, it } from 'vitest'
import { geqrfReal } from '../src/geqrf-real.ts'
import { geqrf } from '../src/geqrf.ts'
import { ungqrReal } from '../src/ungqr-real.ts'
import {
  adjointOf,
  complexOf,
  elementOf,
  fromElements,
  identity,
  maxDifference,
  product,
  randomReals,
  realParts,
  rounding,
  scaled,
  shapes,
} from './matrices.ts'

/** Thin factors, as complex matrices: Q [m, k], R [k, n] with k = min(m, n). */
function factor(m: number, n: number, A: Float64Array) {
  const k = Math.min(m, n)
  const factored = A.slice()
  const tau = new Float64Array(k)
  geqrfReal(m, n, factored, tau)
  const R = fromElements(k, n, (i, j) => [i <= j ? factored[i * n + j] : 0, 0])
  const Q = new Float64Array(m * k)
  ungqrReal(m, k, k, factored, tau, Q)
  return { k, Q: complexOf(Q), R, tau, factored }
}

function expectFactors(m: number, n: number, A: Float64Array, size: number) {
  const { k, Q, R } = factor(m, n, A)
  expect(maxDifference(product([m, n, k], Q, R), complexOf(A))).toBeLessThanOrEqual(rounding(m, size))
  expectOrthonormal(m, k, Q)
}

function expectOrthonormal(m: number, k: number, Q: Float64Array) {
  expect(maxDifference(product([k, k, m], adjointOf(m, k, Q), Q), identity(k))).toBeLessThanOrEqual(rounding(m, 1))
}

const realMatrix = (m: number, n: number, element: (i: number, j: number) => number) =>
  Float64Array.from({ length: m * n }, (_, at) => element(Math.floor(at / n), at % n))

describe('geqrfReal', () => {
  it.each(shapes)('gives A = Q R with orthonormal columns of Q, [%i, %i]', (m, n) => {
    expectFactors(m, n, randomReals(m, n, m + n + 1), 1)
  })

  it.each(shapes)('agrees with geqrf on real data, [%i, %i]', (m, n) => {
    const A = randomReals(m, n, 2)
    const { factored, tau } = factor(m, n, A)
    const complex = complexOf(A)
    const complexTau = new Float64Array(2 * tau.length)
    geqrf(m, n, complex, complexTau)
    // The operations are the same, up to additions of zero and the rounding of norms; entries of R are norms of columns at most.
    const size = Math.sqrt(Math.max(m, 1))
    expect(maxDifference(factored, realParts(complex))).toBeLessThanOrEqual(rounding(m, size))
    expect(maxDifference(tau, realParts(complexTau))).toBeLessThanOrEqual(rounding(m, 1))
  })

  it.each([1e-300, 1e-200, 1e200, 1e300])('survives entries of size %d', (size) => {
    expectFactors(40, 17, scaled(randomReals(40, 17, 4), size), size)
  })

  it('survives a column whose norm is near the largest number, where α − β would overflow', () => {
    expectFactors(2, 1, Float64Array.of(1.2e308, 0.5e308), 1.3e308)
  })

  it('keeps Q orthogonal for subnormal entries', () => {
    // The columns themselves have but 44 bits left at 1e-310, and Q is orthogonal for whatever they are.
    const { k, Q } = factor(9, 4, scaled(randomReals(9, 4, 5), 1e-310))
    expectOrthonormal(9, k, Q)
  })

  it('survives columns graded from 1e-300 to 1e300, each to its own size', () => {
    const [m, n] = [17, 13]
    const grade = (j: number) => 10 ** (300 - 50 * j)
    const A = randomReals(m, n, 6).map((x, i) => x * grade(i % n))
    const { k, Q, R } = factor(m, n, A)
    const ungraded = (B: Float64Array) => B.map((part, i) => part / grade((i >> 1) % n))
    const difference = maxDifference(ungraded(product([m, n, k], Q, R)), ungraded(complexOf(A)))
    expect(difference).toBeLessThanOrEqual(rounding(m, 1))
  })

  it('survives rows graded from 1e-300 to 1e300', () => {
    const A = randomReals(7, 4, 7).map((x, at) => x * 10 ** (-300 + 100 * Math.floor(at / 4)))
    expectFactors(7, 4, A, 1e300)
  })

  it.each([
    ['zero columns', (i: number, j: number) => (j % 2 === 0 ? 0 : i + 1)],
    ['only zeros', () => 0],
    ['equal columns', (i: number) => i + 1],
    ['a negative diagonal', (i: number, j: number) => (i === j ? -2 : 0)],
  ] as [string, (i: number, j: number) => number][])('handles %s', (_, element) => {
    for (const [m, n] of [
      [5, 5],
      [6, 4],
      [4, 6],
    ]) {
      expectFactors(m, n, realMatrix(m, n, element), 10)
    }
  })

  it('leaves an upper triangle as it is, with τ = 0', () => {
    const A = realMatrix(4, 4, (i, j) => (i <= j ? 1 + i - j : 0))
    const { factored, tau } = factor(4, 4, A)
    expect(factored).toEqual(A)
    expect(tau).toEqual(new Float64Array(4))
  })

  it('gives R the sign opposite to the first element, so that nothing cancels', () => {
    for (const sign of [1, -1]) {
      const { R } = factor(2, 1, Float64Array.of(sign * 3, 4))
      expect(elementOf(1, R, 0, 0)[0]).toBe(-sign * 5)
    }
  })

  it.each([NaN, Infinity])('carries %d into R and ends', (bad) => {
    const A = randomReals(5, 3, 8)
    A[2 * 3 + 1] = bad
    expect(factor(5, 3, A).R.some(Number.isNaN)).toBe(true)
  })
})
