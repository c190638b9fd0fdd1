import { complex, matmul, mul, tensor, type Tensor } from '@cad/core'
import { solveIvp, type Method, type Solution, type SolveOptions } from '@cad/ode'
import { numbers } from '../problems.ts'
import type { MethodCase } from './solver-case.ts'

/** Steps of one length: the tolerances accept everything, and no step is longer than the first. */
export const constantSteps = <P>(method: Method, h: number): SolveOptions<P> => ({
  method,
  firstStep: h,
  maxStep: h,
  rtol: 1e3,
  atol: 1e3,
})

export const distance = (x: Tensor, y: readonly number[]): number =>
  Math.hypot(...numbers(x).map((value, i) => value - y[i]))

/** Where the leading error term rules (small in methods of order 5, so only for fine steps), and errors stay 50 times above rounding. */
export const stepsOf = ({ method, steps }: MethodCase): readonly [number, number] =>
  steps ?? (method.order <= 4 ? [40, 320] : [80, 160])

/** Slope of log(error) over log(h) between the ends of a sequence of halved steps. */
export function observedOrder(errorAt: (steps: number) => number, found: MethodCase): number {
  const [coarse, fine] = stepsOf(found)
  return Math.log(errorAt(coarse) / errorAt(fine)) / Math.log(fine / coarse)
}

// y' = A y with A = V diag(i, −0.3 + 2i) V⁻¹, V = [[1, 1], [0, 1]], from y = V (1, 1).
const A = tensor([
  [complex(0, 1), complex(-0.3, 1)],
  [0, complex(-0.3, 2)],
])
const start = tensor([complex(2), complex(1)])
const at2 = (() => {
  const [c1, s1] = [Math.cos(2), Math.sin(2)]
  const decay = Math.exp(-0.6)
  const [c2, s2] = [decay * Math.cos(4), decay * Math.sin(4)]
  return [c1 + c2, s1 + s2, c2, s2]
})()

/** A complex linear system over [0, 2], by this many steps. */
export const solveLinear = (method: Method, steps: number): Solution =>
  solveIvp((_t, y) => matmul(A, y), [0, 2], start, constantSteps(method, 2 / steps))

/** The order with which the ends of steps converge on it. */
export const observedOrderOf = (found: MethodCase): number =>
  observedOrder((n) => distance(solveLinear(found.method, n).ys, at2), found)

/** One more than the order of the interpolant: the exponent of the error inside a single step from the exact state. */
export function observedDenseOrderOf({ method }: MethodCase): number {
  const inside = (h: number): number => {
    const { ys } = solveIvp((_t, y) => mul(complex(-0.3, 2), y), [0, h], complex(1), {
      ...constantSteps(method, h),
      saveAt: [0.4 * h],
    })
    const decay = Math.exp(-0.12 * h)
    return distance(ys, [decay * Math.cos(0.8 * h), decay * Math.sin(0.8 * h)])
  }
  return Math.log2(inside(0.1) / inside(0.05))
}

/** The smallest rtol that a method reaches in a few thousand steps, and that one for gradients; rounding allows no less than 1e-13. */
export const tightest = ({ order }: Method): number => Math.max(1e-13, 10 ** -Math.round(2.4 * order))
export const tight = (method: Method): { rtol: number; atol: number; method: Method } => {
  const rtol = Math.max(1e-13, 10 ** -Math.round(2.2 * method.order))
  return { method, rtol, atol: 1e-2 * rtol }
}
