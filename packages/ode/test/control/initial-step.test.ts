import { complex, greater, mul, where, type TensorLike } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { initialStep } from '../../src/control/initial-step.ts'
import { solveIvp, type StepReport } from '../../src/index.ts'
import { plainField } from '../problems.ts'

/** y' = a y, a complex. */
const field = (a: TensorLike) => plainField((_t, y) => mul(a, y), { shape: [], dtype: 'complex128' })

const start = (y0: readonly number[], f0: readonly number[]) => ({
  t0: 0,
  y0: Float64Array.from(y0),
  p: new Float64Array(),
  f0: Float64Array.from(f0),
})

const tolerances = { rtol: 1e-3, atol: 1e-3 }

describe('initialStep', () => {
  it("is Hairer's number, computed by hand", () => {
    // sc = 2e-3, d0 = d1 = 500, h0 = 0.01, d2 = |i (1 + 0.01 i) − i| / sc / h0 = 500, h1 = (0.01/500)^(1/5), h = min(1, h1)
    const h = initialStep(field(complex(0, 1)), start([1, 0], [0, 1]), { span: 7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(2e-5 ** 0.2, 14)
  })

  it('does not depend on the phase of y0', () => {
    const h = initialStep(field(complex(0, 1)), start([0, -1], [1, 0]), { span: 7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(2e-5 ** 0.2, 14)
  })

  it('points in the direction of time', () => {
    const h = initialStep(field(complex(0, 1)), start([1, 0], [0, 1]), { span: -7, errorOrder: 4, tolerances })
    expect(h).toBeCloseTo(-(2e-5 ** 0.2), 14)
  })

  it('is at most 100 times the first guess, and at most the interval', () => {
    // y0 = 0: h0 = 1e-6; |f1 − f0| = 1e-6, so d2 = 500 and h1 = 0.11.
    expect(initialStep(field(0), start([0, 0], [1e-6, 0]), { span: 7, errorOrder: 4, tolerances })).toBeCloseTo(
      1e-4,
      18,
    )
    // y0 = 0: d0 = 0, h0 = 1e-6; f vanishes there, so h1 = max(1e-6, 1e-3 h0) = 1e-6.
    expect(
      initialStep(field(complex(0, 1)), start([0, 0], [0, 0]), { span: 7, errorOrder: 4, tolerances }),
    ).toBeCloseTo(1e-6, 20)
    expect(
      initialStep(field(complex(0, 1)), start([1, 0], [0, 1]), { span: 0.05, errorOrder: 4, tolerances }),
    ).toBeCloseTo(0.05, 15)
  })

  it('falls back to the first guess where the trial evaluation is not finite', () => {
    const spoiled = plainField((t, y) => where(greater(t, 0), NaN, mul(complex(0, 1), y)), {
      shape: [],
      dtype: 'complex128',
    })
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
