import { complex, mul } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { initialStep } from '../../src/control/initial-step.ts'
import { solveIvp, type StepReport } from '../../src/index.ts'
import { layoutOf } from '../../src/state-layout.ts'

/** y' = i a y. */
const turning =
  (a: number) =>
  (_h: number, y: Float64Array): Float64Array =>
    Float64Array.of(-a * y[1], a * y[0])

const start = (y0: readonly number[], f0: readonly number[]) => ({
  y0: Float64Array.from(y0),
  f0: Float64Array.from(f0),
  layout: layoutOf([{ shape: [], dtype: 'complex128' }]),
})

const tolerances = { rtol: 1e-3, atol: 1e-3 }

describe('initialStep', () => {
  it("is Hairer's number, computed by hand", () => {
    // sc = 2e-3, d0 = d1 = 500, h0 = 0.01, d2 = |i (1 + 0.01 i) − i| / sc / h0 = 500, h1 = (0.01/500)^(1/5), h = min(1, h1)
    const h = initialStep(turning(1), start([1, 0], [0, 1]), { span: 7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(2e-5 ** 0.2, 14)
  })

  it('does not depend on the phase of y0', () => {
    const h = initialStep(turning(1), start([0, -1], [1, 0]), { span: 7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(2e-5 ** 0.2, 14)
  })

  it('points in the direction of time', () => {
    const h = initialStep(turning(1), start([1, 0], [0, 1]), { span: -7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(-(2e-5 ** 0.2), 14)
  })

  it('is at most 100 times the first guess, and at most the interval', () => {
    // y0 = 0: h0 = 1e-6; |f1 − f0| = 1e-6, so d2 = 500 and h1 = 0.11.
    expect(initialStep(turning(0), start([0, 0], [1e-6, 0]), { span: 7, errorOrder: 4, tolerances })).toBeCloseTo(
      1e-4,
      18,
    )
    // y0 = 0: d0 = 0, h0 = 1e-6; f vanishes there, so h1 = max(1e-6, 1e-3 h0) = 1e-6.
    expect(initialStep(turning(1), start([0, 0], [0, 0]), { span: 7, errorOrder: 4, tolerances })).toBeCloseTo(1e-6, 20)
    expect(initialStep(turning(1), start([1, 0], [0, 1]), { span: 0.05, errorOrder: 4, tolerances })).toBeCloseTo(
      0.05,
      15,
    )
  })

  it('falls back to the first guess where the trial evaluation is not finite', () => {
    const spoiled = (): Float64Array => Float64Array.of(NaN, NaN)
    const h = initialStep(spoiled, start([1, 0], [0, 1]), { span: 7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(0.01, 15)
  })

  it('begins a solve', () => {
    const steps: number[] = []
    const onProgress = ({ h }: StepReport): void => {
      steps.push(h)
    }
    solveIvp((_t, y) => mul(complex(0, 1), y), [0, 7], complex(1), { ...tolerances, onProgress })
    expect(steps[0]).toBeCloseTo(2e-5 ** 0.2, 14)
  })
})
