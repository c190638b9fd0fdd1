import { describe, expect, it } from 'vitest'
import { geqrfReal } from '../src/geqrf-real.ts'
import { ungqrReal } from '../src/ungqr-real.ts'
import { unmqrReal } from '../src/unmqr-real.ts'
import { unmqr } from '../src/unmqr.ts'
import {
  adjointOf,
  complexOf,
  maxDifference,
  product,
  randomReals,
  realParts,
  rounding,
  scaled,
  shapes,
} from './matrices.ts'

const cases = shapes.flatMap(([m, n]) => [false, true].map((adjoint) => ({ m, n, adjoint })))

function factored(m: number, n: number) {
  const A = randomReals(m, n, 1)
  const k = Math.min(m, n)
  const tau = new Float64Array(k)
  geqrfReal(m, n, A, tau)
  return { A, tau, k }
}

describe('unmqrReal', () => {
  it.each(cases)('applies the Q that ungqrReal forms, [$m, $n], adjoint $adjoint', ({ m, n, adjoint }) => {
    const { A, tau, k } = factored(m, n)
    const full = new Float64Array(m * m)
    ungqrReal(m, m, k, A, tau, full)
    const Q = complexOf(full)

    const C = randomReals(m, 3, 2)
    const applied = C.slice()
    unmqrReal(m, 3, k, A, tau, applied, adjoint)
    const expected = product([m, 3, m], adjoint ? adjointOf(m, m, Q) : Q, complexOf(C))
    expect(maxDifference(complexOf(applied), expected)).toBeLessThanOrEqual(rounding(m, 1))
  })

  it.each(cases)('agrees with unmqr on real data, [$m, $n], adjoint $adjoint', ({ m, n, adjoint }) => {
    const { A, tau, k } = factored(m, n)
    const C = randomReals(m, 3, 3)
    const complex = complexOf(C)
    unmqr(m, 3, k, complexOf(A), complexOf(tau), complex, adjoint)
    unmqrReal(m, 3, k, A, tau, C, adjoint)
    expect(maxDifference(C, realParts(complex))).toBeLessThanOrEqual(rounding(m, 1))
  })

  it.each([1e-200, 1, 1e200])('is undone by its adjoint, for entries of size %d', (size) => {
    const { A, tau, k } = factored(40, 17)
    const C = scaled(randomReals(40, 2, 4), size)
    const there = C.slice()
    unmqrReal(40, 2, k, A, tau, there, true)
    unmqrReal(40, 2, k, A, tau, there, false)
    expect(maxDifference(there, C)).toBeLessThanOrEqual(rounding(40, size))
  })
})
