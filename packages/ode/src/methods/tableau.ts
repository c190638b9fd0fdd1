/**
 * An explicit Runge–Kutta method as books print it: k_i = f(t + c_i h, y + h Σ_j a_ij k_j), y₁ = y + h Σ_i b_i k_i. `e` and `dense` may
 * count one stage more, the slope at y₁ that every method has.
 */
export interface ButcherTableau {
  readonly name: string
  /** Order of y₁. */
  readonly order: number
  readonly c: readonly number[]
  /** Row i: a_i1 … a_i,i−1. */
  readonly a: readonly (readonly number[])[]
  readonly b: readonly number[]
  /** b − b̂: weights of the error estimate; left out by methods for constant steps. */
  readonly e?: readonly number[]
  /** Order of ŷ₁ = y + h Σ_i b̂_i k_i. */
  readonly errorOrder?: number
  /** y(t + x h) = y + h Σ_i (dense_i1 x + dense_i2 x² + …) k_i. Default: cubic Hermite, of order 3. */
  readonly dense?: readonly (readonly number[])[]
}

/**
 * A tableau that was checked, and brought to one form: the last row of `a` is `b`, so the last stage is y₁ itself, and its slope begins
 * the next step (first same as last) and serves the interpolant. No evaluation is lost by that.
 */
export interface Scheme extends ButcherTableau {
  readonly dense: readonly (readonly number[])[]
}

/** The weights b_i(x) of the interpolant at the fraction x of a step. */
export function denseWeights({ dense }: Scheme, x: number): number[] {
  return dense.map((coefficients) => coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * x, 0))
}
