import type { Covariance } from './covariance.ts'

/** Cᵢⱼ/√(Cᵢᵢ Cⱼⱼ), null where the covariance is null or a variance vanishes. */
export function correlationsOf({ names, matrix }: Covariance): Covariance {
  const scale = matrix.map((row, i) => {
    const variance = row[i]
    return variance === null || variance === 0 ? null : 1 / Math.sqrt(variance)
  })
  return {
    names,
    matrix: matrix.map((row, i) =>
      row.map((entry, j) => {
        const [a, b] = [scale[i], scale[j]]
        if (entry === null || a === null || b === null) return null
        return i === j ? 1 : entry * a * b
      }),
    ),
  }
}
