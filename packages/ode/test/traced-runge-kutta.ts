import { add, mul, stack, type Tensor, type TensorLike } from '@cad/core'
import { denseWeights, type ButcherTableau } from '../src/methods/tableau.ts'

export interface FixedSteps {
  readonly method: ButcherTableau
  readonly t0: number
  /** Length of each step, negative backwards. */
  readonly h: number
  readonly steps: number
  /** Wanted states: a step, and the fraction of the way through it. */
  readonly saved: readonly (readonly [step: number, fraction: number])[]
}

/** The method written with tensors alone, so that every stage is traced: the primal whose adjoint the hand-written one must be. */
export function tracedRungeKutta(
  f: (t: number, y: Tensor) => TensorLike,
  y0: Tensor,
  { method, t0, h, steps, saved }: FixedSteps,
): Tensor {
  const combine = (y: Tensor, weights: readonly number[], slopes: readonly TensorLike[]): Tensor =>
    weights.reduce((sum, weight, j) => (weight === 0 ? sum : add(sum, mul(h * weight, slopes[j]))), y)
  const found: Tensor[] = []
  let y = y0
  for (let step = 0; step < steps; step++) {
    const t = t0 + step * h
    const slopes: TensorLike[] = []
    method.a.forEach((row, i) => slopes.push(f(t + method.c[i] * h, combine(y, row, slopes))))
    for (const [at, fraction] of saved) {
      if (at === step) found.push(combine(y, denseWeights(method, fraction), slopes))
    }
    y = combine(y, method.b, slopes)
  }
  return stack(found)
}
