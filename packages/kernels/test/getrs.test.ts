import { Matrix, solve } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { getrf } from '../src/getrf.ts'
import { getrs } from '../src/getrs.ts'
import {
  adjointOf,
  elementOf,
  fromElements,
  imaginaryParts,
  maxAbs,
  maxDifference,
  product,
  randomMatrix,
  randomRealMatrix,
  rounding,
  scaled,
  sizes,
} from './matrices.ts'

/** X [n, nrhs] for A [n, n]. */
function solution([n, nrhs]: [number, number], A: Float64Array, B: Float64Array, adjoint: boolean): Float64Array {
  const LU = A.slice()
  const X = B.slice()
  const pivots = new Int32Array(n)
  expect(getrf(n, LU, pivots)).toBe(-1)
  getrs(n, LU, pivots, nrhs, X, adjoint)
  return X
}

/** [[Re, −Im], [Im, Re]]: complex products become real ones. */
function embedded(rows: number, columns: number, A: Float64Array): Matrix {
  const E = Matrix.zeros(2 * rows, 2 * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [re, im] = elementOf(columns, A, i, j)
      E.set(i, j, re).set(i, j + columns, -im)
      E.set(i + rows, j, im).set(i + rows, j + columns, re)
    }
  }
  return E
}

/** A random matrix plus n on the diagonal: by Gershgorin its condition is a small number. */
function wellConditioned(n: number, seed: number): Float64Array {
  const A = randomMatrix(n, n, seed)
  for (let i = 0; i < n; i++) A[2 * (i * n + i)] += 3 * n
  return A
}

const cases = sizes.flatMap((n) => [1, 4].flatMap((nrhs) => [false, true].map((adjoint) => ({ n, nrhs, adjoint }))))

describe('getrs', () => {
  it.each(cases)('leaves no residual A X − B, $n × $n, $nrhs right-hand sides, adjoint $adjoint', (options) => {
    const { n, nrhs, adjoint } = options
    const A = randomMatrix(n, n, n + 1)
    const B = randomMatrix(n, nrhs, 2)
    const X = solution([n, nrhs], A, B, adjoint)
    const image = product([n, nrhs, n], adjoint ? adjointOf(n, n, A) : A, X)
    // Backward stable: small against A times X, whatever the condition of A.
    expect(maxDifference(image, B)).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(X))))
  })

  it.each([1, 2, 3, 5, 8, 17, 64])('agrees with ml-matrix on the real embedding, n = %i', (n) => {
    const A = wellConditioned(n, 3)
    const B = randomMatrix(n, 2, 4)
    const oracle = solve(embedded(n, n, A), embedded(n, 2, B))
    const expected = fromElements(n, 2, (i, j) => [oracle.get(i, j), oracle.get(i + n, j)])
    expect(maxDifference(solution([n, 2], A, B, false), expected)).toBeLessThanOrEqual(rounding(n, 1))
  })

  it.each([false, true])('keeps real data exactly real, adjoint %s', (adjoint) => {
    const X = solution([17, 3], randomRealMatrix(17, 17, 5), randomRealMatrix(17, 3, 6), adjoint)
    expect(imaginaryParts(X).every((im) => im === 0)).toBe(true)
  })

  it.each([2 ** -996, 2 ** 996])('is exact under the scaling of A and B together by %d', (factor) => {
    const A = randomMatrix(17, 17, 7)
    const B = randomMatrix(17, 2, 8)
    for (const adjoint of [false, true]) {
      const extreme = solution([17, 2], scaled(A, factor), scaled(B, factor), adjoint)
      expect(extreme).toEqual(solution([17, 2], A, B, adjoint))
    }
  })

  it('survives columns graded from 1e-300 to 1e300', () => {
    const n = 13
    const plain = randomMatrix(n, n, 9)
    const grade = (j: number) => 2 ** (-996 + 166 * j)
    const A = fromElements(n, n, (i, j) => {
      const [re, im] = elementOf(n, plain, i, j)
      return [re * grade(j), im * grade(j)]
    })
    const B = randomMatrix(n, 1, 10)
    const X = solution([n, 1], A, B, false)
    const expected = solution([n, 1], plain, B, false)
    expect(X).toEqual(expected.map((part, i) => part / grade(i >> 1)))
  })
})
