import { describe, expect, it } from 'vitest'
import { getrfReal } from '../src/getrf-real.ts'
import { getrf } from '../src/getrf.ts'
import { getrsReal } from '../src/getrs-real.ts'
import { getrs } from '../src/getrs.ts'
import {
  adjointOf,
  complexOf,
  maxAbs,
  maxDifference,
  product,
  randomReals,
  realParts,
  rounding,
  scaled,
  sizes,
} from './matrices.ts'

/** X [n, nrhs] for A [n, n]. */
function solution([n, nrhs]: [number, number], A: Float64Array, B: Float64Array, adjoint: boolean): Float64Array {
  const LU = A.slice()
  const X = B.slice()
  const pivots = new Int32Array(n)
  expect(getrfReal(n, LU, pivots)).toBe(-1)
  getrsReal(n, LU, pivots, nrhs, X, adjoint)
  return X
}

/** The same by the complex routines. */
function complexSolution([n, nrhs]: [number, number], A: Float64Array, B: Float64Array, adjoint: boolean) {
  const LU = complexOf(A)
  const X = complexOf(B)
  const pivots = new Int32Array(n)
  getrf(n, LU, pivots)
  getrs(n, LU, pivots, nrhs, X, adjoint)
  return realParts(X)
}

const cases = sizes.flatMap((n) => [1, 4].flatMap((nrhs) => [false, true].map((adjoint) => ({ n, nrhs, adjoint }))))

describe('getrsReal', () => {
  it.each(cases)('leaves no residual A X − B, $n × $n, $nrhs right-hand sides, adjoint $adjoint', (options) => {
    const { n, nrhs, adjoint } = options
    const A = randomReals(n, n, n + 1)
    const B = randomReals(n, nrhs, 2)
    const X = solution([n, nrhs], A, B, adjoint)
    const image = product([n, nrhs, n], adjoint ? adjointOf(n, n, complexOf(A)) : complexOf(A), complexOf(X))
    // Backward stable: small against A times X, whatever the condition of A.
    expect(maxDifference(image, complexOf(B))).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(X))))
  })

  it.each(cases)('agrees with getrs on real data, $n × $n, $nrhs right-hand sides, adjoint $adjoint', (options) => {
    const { n, nrhs, adjoint } = options
    const A = randomReals(n, n, 3)
    const B = randomReals(n, nrhs, 4)
    const X = solution([n, nrhs], A, B, adjoint)
    // The operations are the same, up to additions of zero: no condition of A comes in.
    const difference = maxDifference(X, complexSolution([n, nrhs], A, B, adjoint))
    expect(difference).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(X))))
  })

  it.each([1e-200, 1e200])('survives A and B of size %d', (size) => {
    const A = randomReals(40, 40, 5)
    const B = randomReals(40, 2, 6)
    for (const adjoint of [false, true]) {
      const X = solution([40, 2], scaled(A, size), scaled(B, size), adjoint)
      const image = product([40, 2, 40], adjoint ? adjointOf(40, 40, complexOf(A)) : complexOf(A), complexOf(X))
      expect(maxDifference(image, complexOf(B))).toBeLessThanOrEqual(rounding(40, Math.max(1, maxAbs(X))))
    }
  })

  it('survives columns graded from 1e-300 to 1e300', () => {
    const n = 13
    const plain = randomReals(n, n, 9)
    const grade = (j: number) => 2 ** (-996 + 166 * j)
    const B = randomReals(n, 1, 10)
    const X = solution(
      [n, 1],
      plain.map((x, i) => x * grade(i % n)),
      B,
      false,
    )
    // Powers of two round nothing, so the results agree to the last bit.
    expect(X).toEqual(solution([n, 1], plain, B, false).map((x, i) => x / grade(i)))
  })
})
