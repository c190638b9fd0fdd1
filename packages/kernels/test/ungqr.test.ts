import { describe, expect, it } from 'vitest'
import { geqrf } from '../src/geqrf.ts'
import { ungqr } from '../src/ungqr.ts'
import {
  adjointOf,
  elementOf,
  fromElements,
  identity,
  maxDifference,
  product,
  randomMatrix,
  rounding,
  shapes,
  zeros,
} from './matrices.ts'

function factored(m: number, n: number) {
  const A = randomMatrix(m, n, m + 2 * n)
  const tau = new Float64Array(2 * Math.min(m, n))
  geqrf(m, n, A, tau)
  return { A, tau, k: Math.min(m, n) }
}

describe('ungqr', () => {
  it.each(shapes)('forms a unitary full Q, [%i, %i]', (m, n) => {
    const { A, tau, k } = factored(m, n)
    const Q = zeros(m, m)
    ungqr(m, m, k, A, tau, Q)
    const [columns, rows] = [product([m, m, m], adjointOf(m, m, Q), Q), product([m, m, m], Q, adjointOf(m, m, Q))]
    expect(maxDifference(columns, identity(m))).toBeLessThanOrEqual(rounding(m, 1))
    expect(maxDifference(rows, identity(m))).toBeLessThanOrEqual(rounding(m, 1))
  })

  it.each([0, 1, 3, 5, 8, 9, 12])('forms the first %i columns of it', (columns) => {
    const { A, tau, k } = factored(12, 8)
    const [full, first] = [zeros(12, 12), zeros(12, columns).fill(NaN)]
    ungqr(12, 12, k, A, tau, full)
    ungqr(12, columns, k, A, tau, first)
    const expected = fromElements(12, columns, (i, j) => elementOf(12, full, i, j))
    expect(maxDifference(first, expected)).toBeLessThanOrEqual(rounding(12, 1))
  })

  it('forms the identity of no reflectors', () => {
    const Q = zeros(3, 3)
    ungqr(3, 3, 0, zeros(3, 1), new Float64Array(0), Q)
    expect(Q).toEqual(identity(3))
  })
})
