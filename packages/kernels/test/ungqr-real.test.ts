import { describe, expect, it } from 'vitest'
import { geqrfReal } from '../src/geqrf-real.ts'
import { ungqrReal } from '../src/ungqr-real.ts'
import { ungqr } from '../src/ungqr.ts'
import {
  adjointOf,
  complexOf,
  identity,
  maxDifference,
  product,
  randomReals,
  realParts,
  rounding,
  shapes,
  zeros,
} from './matrices.ts'

function factored(m: number, n: number) {
  const A = randomReals(m, n, m + 2 * n)
  const k = Math.min(m, n)
  const tau = new Float64Array(k)
  geqrfReal(m, n, A, tau)
  return { A, tau, k }
}

/** The first columns of Q. */
function formed(m: number, columns: number, { A, tau, k }: ReturnType<typeof factored>): Float64Array {
  const Q = new Float64Array(m * columns).fill(NaN)
  ungqrReal(m, columns, k, A, tau, Q)
  return Q
}

describe('ungqrReal', () => {
  it.each(shapes)('forms an orthogonal full Q, [%i, %i]', (m, n) => {
    const Q = complexOf(formed(m, m, factored(m, n)))
    const [columns, rows] = [product([m, m, m], adjointOf(m, m, Q), Q), product([m, m, m], Q, adjointOf(m, m, Q))]
    expect(maxDifference(columns, identity(m))).toBeLessThanOrEqual(rounding(m, 1))
    expect(maxDifference(rows, identity(m))).toBeLessThanOrEqual(rounding(m, 1))
  })

  it.each(shapes)('agrees with ungqr on real reflectors, [%i, %i]', (m, n) => {
    const { A, tau, k } = factored(m, n)
    const complex = zeros(m, m)
    ungqr(m, m, k, complexOf(A), complexOf(tau), complex)
    expect(maxDifference(formed(m, m, { A, tau, k }), realParts(complex))).toBeLessThanOrEqual(rounding(m, 1))
  })

  it.each([0, 1, 3, 5, 8, 9, 12])('forms the first %i columns of it', (columns) => {
    const reflectors = factored(12, 8)
    const expected = formed(12, 12, reflectors).filter((_, at) => at % 12 < columns)
    expect(maxDifference(formed(12, columns, reflectors), expected)).toBeLessThanOrEqual(rounding(12, 1))
  })

  it('forms the identity of no reflectors', () => {
    const Q = formed(3, 3, { A: new Float64Array(3), tau: new Float64Array(0), k: 0 })
    expect(complexOf(Q)).toEqual(identity(3))
  })
})
