import { add, complex, mul, pow, tensor, type Tensor } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { solveIvp, type StepReport } from '../src/index.ts'
import { embedded, methods } from './cases/index.ts'
import { exponential, numbers, relativeError } from './problems.ts'

const rate = { re: -0.2, im: 1.5 }
const decay = (_t: Tensor, y: Tensor): Tensor => mul(rate, y)
const exact = (times: readonly number[]): number[] =>
  times.flatMap((t) => {
    const { re, im } = exponential(rate, t)
    return [re, im]
  })

describe('saved states', () => {
  it('lie at the start, inside steps and at the end, twice where asked twice', () => {
    const saveAt = [0, 0, 0.3, 0.31, 0.31, 1.7, 4, 4]
    const { ts, ys } = solveIvp(decay, [0, 4], complex(1), { saveAt, rtol: 1e-9, atol: 1e-12 })
    expect(numbers(ts)).toEqual(saveAt)
    expect(ys.shape).toEqual([8])
    expect(relativeError(ys, exact(saveAt))).toBeLessThan(1e-7)
    expect(numbers(ys).slice(0, 2)).toEqual([1, 0])
    expect(numbers(ys).slice(6, 8)).toEqual(numbers(ys).slice(8, 10))
  })

  it('are the end alone by default, and nothing for an empty list', () => {
    expect(numbers(solveIvp(decay, [0, 4], complex(1)).ts)).toEqual([4])
    expect(solveIvp(decay, [0, 4], complex(1), { saveAt: [] }).ys.shape).toEqual([0])
  })

  it('take their times as a tensor too', () => {
    const { ts } = solveIvp(decay, [0, 4], complex(1), { saveAt: tensor([1, 2]) })
    expect(numbers(ts)).toEqual([1, 2])
  })

  it('run backwards in time with the span', () => {
    const saveAt = [4, 3.3, 0.2, 0.1, 0]
    const { re, im } = exponential(rate, 4)
    const { ys } = solveIvp(decay, [4, 0], complex(re, im), { saveAt, rtol: 1e-10, atol: 1e-13 })
    expect(relativeError(ys, exact(saveAt))).toBeLessThan(1e-8)
  })

  it('do not change the steps', () => {
    const many = Array.from({ length: 500 }, (_, k) => (4 * k) / 500)
    const [few, all] = [[4], many].map((saveAt) => solveIvp(decay, [0, 4], complex(1), { saveAt }).stats)
    expect(all).toEqual(few)
  })

  it.each(embedded)('inside steps are as good as the ends of the steps: $name', ({ method }) => {
    const ends: number[] = []
    const onProgress = ({ t }: StepReport): void => {
      ends.push(t)
    }
    const options = { method, rtol: 1e-8, atol: 1e-11 }
    solveIvp(decay, [0, 4], complex(1), { ...options, onProgress })
    const errorAt = (saveAt: readonly number[]): number =>
      relativeError(solveIvp(decay, [0, 4], complex(1), { ...options, saveAt }).ys, exact(saveAt))
    const middles = ends.slice(1).map((t, k) => (t + ends[k]) / 2)
    expect(errorAt(ends)).toBeLessThan(1e-6) // 100 rtol
    expect(errorAt(middles)).toBeLessThan(10 * errorAt(ends)) // the interpolant has one order less than the step
  })

  it.each(methods)(
    'of a polynomial of the degree of the interpolant are exact: $name',
    ({ method, denseOrder: degree }) => {
      // y' = d t^{d−1} with y(0) = 0, in one step.
      const f = (t: Tensor): Tensor => mul(degree, pow(t, degree - 1))
      const saveAt = [0.1, 0.45, 0.8, 1]
      const { ys, stats } = solveIvp(f, [0, 1], 0, { method, firstStep: 1, rtol: 1, atol: 1, saveAt })
      expect(stats!.accepted).toBe(1)
      numbers(ys).forEach((y, k) => expect(Math.abs(y - saveAt[k] ** degree)).toBeLessThan(degree < 5 ? 5e-14 : 5e-13)) // ε times weights up to 50 (1000 in order 7), slopes up to 4 (7)
    },
  )

  it('at the end of a step are its last stage to rounding', () => {
    const ends: number[] = []
    const onProgress = ({ t }: StepReport): void => {
      ends.push(t)
    }
    const { ys } = solveIvp((t, y) => add(mul(rate, y), t), [0, 4], complex(1), { onProgress })
    const last = solveIvp((t, y) => add(mul(rate, y), t), [0, 4], complex(1), { saveAt: ends }).ys
    expect(relativeError(ys, numbers(last).slice(-2))).toBeLessThan(1e-15)
  })
})
