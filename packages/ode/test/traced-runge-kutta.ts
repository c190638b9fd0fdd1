import { add, mul, stack, type Tensor, type TensorLike } from '@cad/core'
import type { Method } from '@cad/ode'
import type { Scheme } from '../src/methods/tableau.ts'
import { schemeOf } from './cases/solver-case.ts'

export interface FixedSteps {
  readonly method: Method
  readonly t0: number
  /** Length of each step, negative backwards. */
  readonly h: number
  readonly steps: number
  /** Wanted states: a step, and the fraction of the way through it. */
  readonly saved: readonly (readonly [step: number, fraction: number])[]
}

/** The weights b_i(x) of the interpolant at the fraction x of a step. */
export const denseWeights = ({ dense }: Scheme, x: number): number[] =>
  dense.map((coefficients) => coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * x, 0))

/** The method written with tensors alone, so that every stage is traced: the primal whose adjoint the hand-written one must be. */
export function tracedRungeKutta(
  f: (t: number, y: Tensor) => TensorLike,
  y0: Tensor,
  { method, t0, h, steps, saved }: FixedSteps,
): Tensor {
  const scheme = schemeOf(method)
  const combine = (y: Tensor, weights: readonly number[], slopes: readonly TensorLike[]): Tensor =>
    weights.reduce((sum, weight, j) => (weight === 0 ? sum : add(sum, mul(h * weight, slopes[j]))), y)
  const found: Tensor[] = []
  let y = y0
  for (let step = 0; step < steps; step++) {
    const t = t0 + step * h
    const slopes: TensorLike[] = []
    const { a, c, extra } = scheme
    const times = [...c, ...extra.c]
    for (const [i, row] of [...a, ...extra.a].entries()) slopes.push(f(t + times[i] * h, combine(y, row, slopes)))
    for (const [at, fraction] of saved) {
      if (at === step) found.push(combine(y, denseWeights(scheme, fraction), slopes))
    }
    y = combine(y, scheme.b, slopes)
  }
  return stack(found)
}
