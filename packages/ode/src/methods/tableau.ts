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
  /**
   * Weights of a second, lower error estimate, which keeps `e` from being too optimistic: of their norms E and E′ the error is taken as
   * E² / √(E² + E′²/100), of order 2 errorOrder − lowErrorOrder.
   */
  readonly eLow?: readonly number[]
  /** Order of the method that eLow compares with. */
  readonly lowErrorOrder?: number
  /** y(t + x h) = y + h Σ_i (dense_i1 x + dense_i2 x² + …) k_i, extra stages counted too. Default: cubic Hermite, of order 3. */
  readonly dense?: readonly (readonly number[])[]
  /** Further stages that only the interpolant uses, behind the slope at y₁; evaluated where it is asked for. */
  readonly extra?: { readonly c: readonly number[]; readonly a: readonly (readonly number[])[] }
}

/**
 * A tableau that was checked, and brought to one form: the last row of `a` is `b`, so the last stage is y₁ itself, and its slope begins
 * the next step (first same as last) and serves the interpolant. No evaluation is lost by that.
 */
export interface Scheme extends ButcherTableau {
  readonly dense: readonly (readonly number[])[]
  readonly extra: { readonly c: readonly number[]; readonly a: readonly (readonly number[])[] }
}

/**
 * Weights of the slopes in the interpolant at the fraction x of a step of length h, or in a derivative of it by the time in the unit
 * of h: h b_i(x), b_i′(x), b_i″(x)/h.
 */
export function denseWeights({ dense }: Scheme, x: number, h: number, derivative: 0 | 1 | 2 = 0): number[] {
  const scale = h ** (1 - derivative)
  return dense.map((coefficients) => {
    let weight = 0
    for (let power = coefficients.length; power >= Math.max(1, derivative); power--) {
      // d/dx and d²/dx² of x^power
      const factor = derivative === 0 ? 1 : derivative === 1 ? power : power * (power - 1)
      weight = weight * x + factor * coefficients[power - 1]
    }
    return scale * (derivative === 0 ? weight * x : weight)
  })
}

/** Order q of the error as the controller sees it, which falls like h^(q + 1): E²/E′ like h^(2(q + 1) − (q′ + 1)). */
export const orderOfEstimate = ({ errorOrder, lowErrorOrder }: ButcherTableau): number | undefined =>
  errorOrder === undefined || lowErrorOrder === undefined ? errorOrder : 2 * errorOrder - lowErrorOrder
