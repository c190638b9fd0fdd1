import { describe, expect, it } from 'vitest'
import { geqrf } from '../src/geqrf.ts'
import { ungqr } from '../src/ungqr.ts'
import { unmqr } from '../src/unmqr.ts'
import {
  adjointOf,
  imaginaryParts,
  maxDifference,
  product,
  randomMatrix,
  randomRealMatrix,
  rounding,
  shapes,
  zeros,
} from './matrices.ts'

const cases = shapes.flatMap(([m, n]) => [false, true].map((adjoint) => ({ m, n, adjoint })))

describe('unmqr', () => {
  it.each(cases)('applies the Q that ungqr forms, [$m, $n], adjoint $adjoint', ({ m, n, adjoint }) => {
    const k = Math.min(m, n)
    const A = randomMatrix(m, n, 1)
    const tau = new Float64Array(2 * k)
    geqrf(m, n, A, tau)
    const Q = zeros(m, m)
    ungqr(m, m, k, A, tau, Q)

    const C = randomMatrix(m, 3, 2)
    const applied = C.slice()
    unmqr(m, 3, k, A, tau, applied, adjoint)
    const expected = product([m, 3, m], adjoint ? adjointOf(m, m, Q) : Q, C)
    expect(maxDifference(applied, expected)).toBeLessThanOrEqual(rounding(m, 1))
  })

  it('is undone by its adjoint, and keeps real data exactly real', () => {
    const A = randomRealMatrix(17, 8, 3)
    const tau = new Float64Array(16)
    geqrf(17, 8, A, tau)
    const C = randomRealMatrix(17, 2, 4)
    const there = C.slice()
    unmqr(17, 2, 8, A, tau, there, true)
    expect(imaginaryParts(there).every((im) => im === 0)).toBe(true)
    unmqr(17, 2, 8, A, tau, there, false)
    expect(maxDifference(there, C)).toBeLessThanOrEqual(rounding(17, 1))
  })
})
