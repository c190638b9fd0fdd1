import { describe, expect, it } from 'vitest'
import { trtrs } from '../src/trtrs.ts'
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
  sizes,
  triangle,
} from './matrices.ts'

const booleans = [false, true]
const options = booleans.flatMap((upper) =>
  booleans.flatMap((unitDiagonal) => booleans.map((adjoint) => ({ upper, unitDiagonal, adjoint }))),
)

/** Elements of size 1/n off the diagonal: triangular matrices with larger ones have a condition that grows like 2ⁿ. */
function mild(n: number, A: Float64Array): Float64Array {
  return fromElements(n, n, (i, j) => {
    const [re, im] = elementOf(n, A, i, j)
    return i === j ? [2 + re, im] : [re / n, im / n]
  })
}

describe.each(options)('trtrs with upper $upper, unitDiagonal $unitDiagonal, adjoint $adjoint', (option) => {
  const { upper, unitDiagonal, adjoint } = option

  it.each(sizes)('leaves no residual T X − B, n = %i', (n) => {
    const A = mild(n, randomMatrix(n, n, n + 1))
    const B = randomMatrix(n, 3, 2)
    const X = B.slice()
    expect(trtrs(n, A, 3, X, option)).toBe(-1)
    const T = triangle(n, A, upper, unitDiagonal)
    const image = product([n, 3, n], adjoint ? adjointOf(n, n, T) : T, X)
    expect(maxDifference(image, B)).toBeLessThanOrEqual(rounding(n, Math.max(1, maxAbs(X))))
  })

  it('keeps real data exactly real', () => {
    const X = randomRealMatrix(8, 3, 2)
    trtrs(8, mild(8, randomRealMatrix(8, 8, 1)), 3, X, option)
    expect(imaginaryParts(X).every((im) => im === 0)).toBe(true)
  })

  it('reports a zero on the diagonal and leaves B alone, unless the diagonal is ones', () => {
    const A = randomMatrix(5, 5, 1)
    A.fill(0, 2 * (3 * 5 + 3), 2 * (3 * 5 + 3) + 2)
    const B = randomMatrix(5, 2, 2)
    const X = B.slice()
    expect(trtrs(5, A, 2, X, option)).toBe(unitDiagonal ? -1 : 3)
    const untouched = X.every((part, i) => part === B[i])
    expect(untouched).toBe(!unitDiagonal)
  })
})
