/**
 * An embedded explicit Runge–Kutta method: k_i = f(t + c_i h, y + h Σ_j a_ij k_j), y₁ = y + h Σ_i b_i k_i.
 *
 * The last row of `a` is `b`: the last stage is y₁ itself, and its slope begins the next step (first same as last) and
 * serves the interpolant. A method without that property gets it by one more row; no evaluation is lost.
 */
export type ButcherTableau = {
  readonly name: string
  readonly order: number
  readonly c: readonly number[]
  readonly a: readonly (readonly number[])[]
  readonly b: readonly number[]
  /** b − b̂: weights of the error estimate; left out by methods for constant steps. */
  readonly e?: readonly number[]
  /** Order of the error estimate's lower method. */
  readonly errorOrder?: number
  /** y(t + x h) = y + h Σ_i (dense_i1 x + dense_i2 x² + …) k_i */
  readonly dense: readonly (readonly number[])[]
}

/** The weights b_i(x) of the interpolant at the fraction x of a step. */
export function denseWeights({ dense }: ButcherTableau, x: number): number[] {
  return dense.map((coefficients) => coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * x, 0))
}
