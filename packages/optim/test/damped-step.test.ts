import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dampedStep } from '../src/damped-step.ts'
import { reduceToTriangle } from '../src/reduce-to-triangle.ts'
import { applyTransposed, applyUpper } from '../src/triangular.ts'
import { length } from '../src/vector.ts'

const entry = fc.integer({ min: -300, max: 300 }).map((k) => k / 100)
const problem = fc
  .integer({ min: 1, max: 5 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(entry, { minLength: 8 * n, maxLength: 8 * n }),
      fc.array(entry, { minLength: 8, maxLength: 8 }),
    ),
  )

describe('dampedStep', () => {
  it('stays within a tenth of the radius, and solves (RᵀR + λ) y = −Rᵀb', () => {
    fc.assert(
      fc.property(problem, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), ([n, A, b], radius) => {
        const system = reduceToTriangle(Float64Array.from(A), n, Float64Array.from(b))
        const { y, damping } = dampedStep(system, radius, 0)
        expect(length(y)).toBeLessThanOrEqual(1.1 * radius * (1 + 1e-9))
        const gradient = applyTransposed({ ...system, b: applyUpper(system, y).map((v, i) => v + system.b[i]) })
        const defect = length(gradient.map((g, i) => g + damping * y[i]))
        // Backward stable: ε times the terms that cancel, with a factor for their number.
        expect(defect).toBeLessThan(1e-11 * (1 + 72 * n * length(y) + damping * length(y)))
      }),
    )
  })

  it('is the steepest descent, scaled, when the radius is small', () => {
    const system = { n: 2, R: Float64Array.of(2, 1, 0, 3), b: Float64Array.of(1, -1) }
    const { y } = dampedStep(system, 1e-6, 0)
    const slope = applyTransposed(system)
    expect(Math.abs(length(y) - 1e-6)).toBeLessThan(1.01e-7) // the radius is met to a tenth
    expect(y[0] / y[1]).toBeCloseTo(slope[0] / slope[1], 5)
  })

  it('is zero where the slope is', () => {
    const { y } = dampedStep({ n: 2, R: new Float64Array(4), b: Float64Array.of(1, 1) }, 1, 0)
    expect([...y]).toEqual([0, 0])
  })
})
