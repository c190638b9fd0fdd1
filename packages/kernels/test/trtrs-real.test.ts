import { describe, expect, it } from 'vitest'
import { trtrsReal } from '../src/trtrs-real.ts'
import { trtrs } from '../src/trtrs.ts'
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
  triangle,
} from './matrices.ts'

const booleans = [false, true]
const options = booleans.flatMap((upper) =>
  booleans.flatMap((unitDiagonal) => booleans.map((adjoint) => ({ upper, unitDiagonal, adjoint }))),
)

/** Elements of size 1/n off the diagonal: triangular matrices with larger ones have a condition that grows like 2ⁿ. */
function mild(n: number, seed: number): Float64Array {
  return randomReals(n, n, seed).map((x, at) => (at % (n + 1) === 0 ? 2 + x : x / n))
}

describe.each(options)('trtrsReal with upper $upper, unitDiagonal $unitDiagonal, adjoint $adjoint', (option) => {
  const { upper, unitDiagonal, adjoint } = option

  function residual(n: number, A: Float64Array, X: Float64Array, B: Float64Array): number {
    const T = triangle(n, complexOf(A), upper, unitDiagonal)
    return maxDifference(product([n, 3, n], adjoint ? adjointOf(n, n, T) : T, complexOf(X)), complexOf(B))
  }

  it.each(sizes)('leaves no residual T X − B, n = %i', (n) => {
    const A = mild(n, n + 1)
    const B = randomReals(n, 3, 2)
    const X = B.slice()
    expect(trtrsReal(n, A, 3, X, option)).toBe(-1)
    expect(residual(n, A, X, B)).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(X))))
  })

  it.each(sizes)('agrees with trtrs on real data, n = %i', (n) => {
    const A = mild(n, 3)
    const X = randomReals(n, 3, 4)
    const complex = complexOf(X)
    trtrs(n, complexOf(A), 3, complex, option)
    trtrsReal(n, A, 3, X, option)
    // The operations are the same, up to additions of zero.
    expect(maxDifference(X, realParts(complex))).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(X))))
  })

  it.each([1e-200, 1e200])('survives right-hand sides of size %d', (size) => {
    const A = mild(17, 5)
    const B = scaled(randomReals(17, 3, 6), size)
    const X = B.slice()
    expect(trtrsReal(17, A, 3, X, option)).toBe(-1)
    expect(residual(17, A, X, B)).toBeLessThanOrEqual(rounding(17, Math.max(size, maxAbs(X))))
  })

  it('reads its triangle only', () => {
    const A = mild(8, 7)
    const isRead = (i: number, j: number) => (i === j ? !unitDiagonal : upper === i < j)
    const B = randomReals(8, 3, 8)
    const [X, again] = [B.slice(), B.slice()]
    trtrsReal(8, A, 3, X, option)
    trtrsReal(
      8,
      A.map((x, at) => (isRead(Math.floor(at / 8), at % 8) ? x : NaN)),
      3,
      again,
      option,
    )
    expect(again).toEqual(X)
  })

  it('reports a zero on the diagonal and leaves B alone, unless the diagonal is ones', () => {
    const A = randomReals(5, 5, 1)
    A[3 * 5 + 3] = 0
    const B = randomReals(5, 2, 2)
    const X = B.slice()
    expect(trtrsReal(5, A, 2, X, option)).toBe(unitDiagonal ? -1 : 3)
    const untouched = X.every((x, i) => x === B[i])
    expect(untouched).toBe(!unitDiagonal)
  })
})
