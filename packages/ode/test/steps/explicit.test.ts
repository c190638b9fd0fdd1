import { complex, matmul, mul, tensor, type Tensor } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { dopri5, rk4, solveIvp, tsit5, type ButcherTableau, type SolveOptions } from '../../src/index.ts'
import { numbers, oscillator, oscillatorStart, stuartLandau, stuartLandauExact, type Oscillator } from '../problems.ts'

/** Steps of one length: the tolerances accept everything, and no step is longer than the first. */
const constantSteps = <P>(method: ButcherTableau, h: number): SolveOptions<P> => ({
  method,
  firstStep: h,
  maxStep: h,
  rtol: 1e3,
  atol: 1e3,
})

const distance = (x: Tensor, y: readonly number[]): number => Math.hypot(...numbers(x).map((value, i) => value - y[i]))

/** Slope of log(error) over log(h) between the ends of a sequence of halved steps. */
function observedOrder(errorAt: (steps: number) => number, [coarse, fine]: readonly [number, number]): number {
  return Math.log(errorAt(coarse) / errorAt(fine)) / Math.log(fine / coarse)
}

// y' = A y with A = V diag(i, −0.3 + 2i) V⁻¹, V = [[1, 1], [0, 1]], from y = V (1, 1).
const A = tensor([
  [complex(0, 1), complex(-0.3, 1)],
  [0, complex(-0.3, 2)],
])
const linearStart = tensor([complex(2), complex(1)])
const linearAt2 = (() => {
  const [c1, s1] = [Math.cos(2), Math.sin(2)]
  const decay = Math.exp(-0.6)
  const [c2, s2] = [decay * Math.cos(4), decay * Math.sin(4)]
  return [c1 + c2, s1 + s2, c2, s2]
})()

describe.each([tsit5, dopri5, rk4])('constant steps of $name', (method) => {
  // Where the leading error term rules (small in tsit5, so only for fine steps), and errors stay 50 times above rounding.
  const steps = method.order === 4 ? ([40, 320] as const) : ([80, 160] as const)

  it('take the number of steps that they were given', () => {
    const { stats } = solveIvp((_t, y) => matmul(A, y), [0, 2], linearStart, constantSteps(method, 2 / 20))
    expect(stats).toMatchObject({ accepted: 20, rejected: 0 })
  })

  it('converge with the nominal order on a complex linear system', () => {
    const errorAt = (n: number): number =>
      distance(solveIvp((_t, y) => matmul(A, y), [0, 2], linearStart, constantSteps(method, 2 / n)).ys, linearAt2)
    expect(Math.abs(observedOrder(errorAt, steps) - method.order)).toBeLessThan(0.2)
  })

  it('converge with the nominal order on Stuart–Landau, which is not holomorphic', () => {
    const { re, im } = stuartLandauExact(oscillator, oscillatorStart.re, 2)
    const errorAt = (n: number): number =>
      distance(
        solveIvp<Oscillator>(stuartLandau, [0, 2], oscillatorStart, {
          ...constantSteps<Oscillator>(method, 2 / n),
          args: oscillator,
        }).ys,
        [re, im],
      )
    expect(Math.abs(observedOrder(errorAt, steps) - method.order)).toBeLessThan(0.2)
  })

  it('converge with the order of the interpolant plus one inside a single step', () => {
    // One step from the exact state: its interpolant of order q errs by h^{q+1}.
    const inside = (h: number): number => {
      const { ys } = solveIvp((_t, y) => mul(complex(-0.3, 2), y), [0, h], complex(1), {
        ...constantSteps(method, h),
        saveAt: [0.4 * h],
      })
      const decay = Math.exp(-0.12 * h)
      return distance(ys, [decay * Math.cos(0.8 * h), decay * Math.sin(0.8 * h)])
    }
    const slope = Math.log2(inside(0.1) / inside(0.05))
    expect(Math.abs(slope - (method === rk4 ? 4 : 5))).toBeLessThan(0.2)
  })
})
