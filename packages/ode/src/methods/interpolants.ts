/** Coefficients of x, x², x³, … for every stage. */
export type DenseCoefficients = readonly (readonly number[])[]

const isStage = (i: number, stage: number): number => (i === stage ? 1 : 0)

/** Cubic Hermite through y, y₁ and the slopes at both ends: h₀₁ b_i + h₁₀ δ_i,first + h₁₁ δ_i,last. Order 3. */
export function cubicHermite(b: readonly number[]): DenseCoefficients {
  const last = b.length - 1
  return b.map((weight, i) => [
    isStage(i, 0),
    3 * weight - 2 * isStage(i, 0) - isStage(i, last),
    -2 * weight + isStage(i, 0) + isStage(i, last),
  ])
}

/**
 * Quartic through y, y₁, both slopes and the state y + h Σ m_i k_i at the middle of the step. Order 4 if that state has it.
 *
 * @see Shampine (1986), Math. Comp. 46, 135–150.
 */
export function quarticThroughMiddle(b: readonly number[], m: readonly number[]): DenseCoefficients {
  const last = b.length - 1
  return b.map((weight, i) => {
    const [first, end] = [isStage(i, 0), isStage(i, last)]
    return [
      first,
      end - 4 * first - 5 * weight + 16 * m[i],
      5 * first - 3 * end + 14 * weight - 32 * m[i],
      2 * (end - first) - 8 * weight + 16 * m[i],
    ]
  })
}

/** Coefficients of x, x², … of `scale` times a product of polynomials, each given from its constant term up. */
export function expand(scale: number, ...factors: readonly (readonly number[])[]): readonly number[] {
  const product = factors.reduce<readonly number[]>(
    (left, right) => {
      const result = Array.from({ length: left.length + right.length - 1 }, () => 0)
      left.forEach((p, i) => right.forEach((q, j) => (result[i + j] += p * q)))
      return result
    },
    [scale],
  )
  return product.slice(1)
}
