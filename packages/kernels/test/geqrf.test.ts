import { describe, expect, it } from 'vitest'
import { geqrf } from '../src/geqrf.ts'
import { ungqr } from '../src/ungqr.ts'
import {
  adjointOf,
  elementOf,
  fromElements,
  identity,
  imaginaryParts,
  maxDifference,
  product,
  randomMatrix,
  randomRealMatrix,
  rounding,
  scaled,
  shapes,
  zeros,
} from './matrices.ts'

/** Thin factors: Q [m, k], R [k, n] with k = min(m, n). */
function factor(m: number, n: number, A: Float64Array) {
  const k = Math.min(m, n)
  const factored = A.slice()
  const tau = new Float64Array(2 * k)
  geqrf(m, n, factored, tau)
  const R = fromElements(k, n, (i, j) => (i <= j ? elementOf(n, factored, i, j) : [0, 0]))
  const Q = zeros(m, k)
  ungqr(m, k, k, factored, tau, Q)
  return { k, Q, R, tau, factored }
}

function expectFactors(m: number, n: number, A: Float64Array, size: number) {
  const { k, Q, R } = factor(m, n, A)
  expect(maxDifference(product([m, n, k], Q, R), A)).toBeLessThanOrEqual(rounding(m, size))
  const gram = product([k, k, m], adjointOf(m, k, Q), Q)
  expect(maxDifference(gram, identity(k))).toBeLessThanOrEqual(rounding(m, 1))
}

describe('geqrf', () => {
  it.each(shapes)('gives A = Q R with orthonormal columns of Q, [%i, %i]', (m, n) => {
    expectFactors(m, n, randomMatrix(m, n, m + n + 1), 1)
  })

  it.each(shapes)('gives R a real diagonal, [%i, %i]', (m, n) => {
    const { k, R } = factor(m, n, randomMatrix(m, n, 2))
    for (let i = 0; i < k; i++) expect(elementOf(n, R, i, i)[1]).toBe(0)
  })

  it.each(shapes)('keeps real data exactly real, [%i, %i]', (m, n) => {
    const { Q, factored, tau } = factor(m, n, randomRealMatrix(m, n, 3))
    for (const data of [Q, factored, tau]) expect(imaginaryParts(data).every((im) => im === 0)).toBe(true)
  })

  it.each([1e-300, 1e-290, 1e290, 1e300])('survives entries of size %d', (size) => {
    expectFactors(17, 8, scaled(randomMatrix(17, 8, 4), size), size)
  })

  it('keeps Q unitary for subnormal entries', () => {
    const { k, Q } = factor(9, 4, scaled(randomMatrix(9, 4, 5), 1e-310))
    const gram = product([k, k, 9], adjointOf(9, 4, Q), Q)
    // The columns themselves have but 44 bits left at 1e-310, and Q is unitary for whatever they are.
    expect(maxDifference(gram, identity(k))).toBeLessThanOrEqual(rounding(9, 1))
  })

  it('survives columns graded from 1e-300 to 1e300, each to its own size', () => {
    const [m, n] = [17, 13]
    const random = randomMatrix(m, n, 6)
    const grade = (j: number) => 10 ** (300 - 50 * j)
    const A = fromElements(m, n, (i, j) => {
      const [re, im] = elementOf(n, random, i, j)
      return [re * grade(j), im * grade(j)]
    })
    const { k, Q, R } = factor(m, n, A)
    const ungraded = (B: Float64Array) => B.map((part, i) => part / grade((i >> 1) % n))
    expect(maxDifference(ungraded(product([m, n, k], Q, R)), ungraded(A))).toBeLessThanOrEqual(rounding(m, 1))
  })

  it('survives rows graded from 1e-300 to 1e300', () => {
    const random = randomMatrix(7, 4, 7)
    const A = fromElements(7, 4, (i, j) => {
      const [re, im] = elementOf(4, random, i, j)
      return [re * 10 ** (-300 + 100 * i), im * 10 ** (-300 + 100 * i)]
    })
    expectFactors(7, 4, A, 1e300)
  })

  it.each([
    ['zero columns', (i: number, j: number) => [j % 2 === 0 ? 0 : i + 1, 0]],
    ['only zeros', () => [0, 0]],
    ['equal columns', (i: number) => [i + 1, -i]],
    ['an upper triangle already', (i: number, j: number) => [i <= j ? 1 + i + j : 0, i < j ? 1 : 0]],
    ['a complex diagonal', (i: number, j: number) => [0, i === j ? 2 : 0]],
  ] as [string, (i: number, j: number) => [number, number]][])('handles %s', (_, element) => {
    for (const [m, n] of [
      [5, 5],
      [6, 4],
      [4, 6],
    ]) {
      expectFactors(m, n, fromElements(m, n, element), 10)
    }
  })

  it('leaves a real upper triangle as it is, with τ = 0', () => {
    const A = fromElements(4, 4, (i, j) => [i <= j ? 1 + i + j : 0, 0])
    const { factored, tau } = factor(4, 4, A)
    expect(factored).toEqual(A)
    expect([...tau].every((part) => part === 0)).toBe(true)
  })

  it.each([NaN, Infinity])('carries %d into R and ends', (bad) => {
    const A = randomMatrix(5, 3, 8)
    A[2 * (2 * 3 + 1)] = bad
    expect(factor(5, 3, A).R.some(Number.isNaN)).toBe(true)
  })
})
