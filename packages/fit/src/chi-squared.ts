import { formatNumber } from './format-number.ts'
import type { Statistics } from './statistics.ts'

/** Beyond this many standard deviations, chance is no explanation. */
const farOff = 5
/** Within this factor of 1, σ is as good as one ever knows it. */
const roughly = 4

/**
 * What a reduced χ² far from 1 says of σ, as a sentence; undefined if it may be chance, or σ a rough estimate.
 *
 * (χ²/ν)^⅓ is nearly normal with mean 1 − 2/(9ν) and variance 2/(9ν), also for few degrees of freedom ν.
 *
 * @see Wilson and Hilferty (1931), The distribution of chi-square.
 */
export function chiSquaredProblem({ reducedChiSquared, degreesOfFreedom }: Statistics): string | undefined {
  if (reducedChiSquared === undefined) return undefined
  const variance = 2 / (9 * degreesOfFreedom)
  const deviation = (Math.cbrt(reducedChiSquared) - (1 - variance)) / Math.sqrt(variance)
  const isNear = reducedChiSquared > 1 / roughly && reducedChiSquared < roughly
  if (isNear || Math.abs(deviation) < farOff) return undefined
  const factor = formatNumber(Math.sqrt(reducedChiSquared), 2)
  const cause =
    reducedChiSquared > 1
      ? 'sigma is too small, or the model does not describe the data'
      : 'sigma is too large, or the points are not independent'
  return (
    `The reduced χ² is ${formatNumber(reducedChiSquared, 3)}: the residuals are ${factor} times as large as sigma says. ` +
    `${cause}; the standard errors go by sigma all the same. standardErrors: 'scaled' takes their size from the residuals.`
  )
}
