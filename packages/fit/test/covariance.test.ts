import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adjoint, matmul, tensor } from '@cad/core'
import { solve } from '@cad/linalg'
import { uncertaintyOf } from '../src/covariance.ts'
import { rightSingularPairs } from '../src/singular-values.ts'

const entry = fc.integer({ min: -300, max: 300 }).map((k) => k / 100)

describe('rightSingularPairs', () => {
  it('gives orthonormal vectors with ‖A v‖ = s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((n) => fc.array(entry, { minLength: n * n, maxLength: n * n })),
        (entries) => {
          const n = Math.sqrt(entries.length)
          const { values, vectors } = rightSingularPairs(Float64Array.from(entries), n)
          vectors.forEach((v, k) => {
            const image = Array.from({ length: n }, (_, i) =>
              v.reduce((total, x, j) => total + entries[i * n + j] * x, 0),
            )
            expect(Math.hypot(...image)).toBeCloseTo(values[k], 12) // some ε ‖A‖
            vectors.forEach((w, l) => {
              expect(v.reduce((total, x, i) => total + x * w[i], 0)).toBeCloseTo(k === l ? 1 : 0, 12)
            })
          })
        },
      ),
    )
  })
})

describe('uncertaintyOf', () => {
  it('is s² (JᵀJ)⁻¹ for well-conditioned columns, whatever their units', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 9, maxLength: 9 }),
        fc.integer({ min: -6, max: 6 }),
        (entries, power) => {
          // Identity below: no column is short or dependent.
          const J = [
            ...Array.from({ length: 3 }, (_, i) => entries.slice(3 * i, 3 * i + 3)),
            [5, 0, 0],
            [0, 5, 0],
            [0, 0, 5],
          ]
          const unit = 10 ** power
          const columns = [0, 1, 2].map((j) => Float64Array.from(J, (row) => row[j] * (j === 0 ? unit : 1)))
          const { covariance, weakDirections } = uncertaintyOf({
            names: ['a', 'b', 'c'],
            values: [1, 1, 1],
            columns,
            variance: 0.5,
          })
          expect(weakDirections).toEqual([])
          const inverse = solve(
            matmul(adjoint(tensor(J)), tensor(J)),
            tensor([
              [1, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ]),
          ).toArray() as number[][]
          covariance.matrix.forEach((row, i) =>
            row.forEach((found, j) => {
              const scale = (i === 0 ? unit : 1) * (j === 0 ? unit : 1)
              expect(found! * scale).toBeCloseTo(0.5 * inverse[i][j], 11) // κ(J)² ε at most
            }),
          )
        },
      ),
    )
  })

  it('withholds what a direction of no influence touches, and nothing else', () => {
    const columns = [Float64Array.of(1, 2, 3, 4), Float64Array.of(2, 4, 6, 8), Float64Array.of(1, -1, 1, -1)]
    const { covariance, weakDirections } = uncertaintyOf({
      names: ['a', 'b', 'c'],
      values: [1, 1, 1],
      columns,
      variance: 1,
    })
    expect(weakDirections).toEqual([
      {
        changes: [
          { name: 'a', change: 1 },
          { name: 'b', change: expect.closeTo(-0.5, 12) as number },
        ],
        ratio: expect.closeTo(0, 12) as number,
        isUndetermined: true,
      },
    ])
    expect(covariance.matrix.map((row) => row.map((entry) => entry === null))).toEqual([
      [true, true, true],
      [true, true, true],
      [true, true, false],
    ])
  })
})
