import { describe, expect, it } from 'vitest'
import { gemmReal } from '../src/gemm-real.ts'
import { maxDifference, product, randomRealMatrix, realParts, rounding, shapes } from './matrices.ts'

describe('gemmReal', () => {
  it.each(shapes)('is the real part of the complex product of real matrices, [%i, %i]', (m, k) => {
    const n = 7
    const A = randomRealMatrix(m, k, 1)
    const B = randomRealMatrix(k, n, 2)
    const C = new Float64Array(m * n).fill(NaN)
    gemmReal(m, n, k, realParts(A), realParts(B), C)
    expect(maxDifference(C, realParts(product([m, n, k], A, B)))).toBeLessThanOrEqual(rounding(k, 1))
  })
})
