import type { Tensor } from '@cad/core'
import { optional } from './parameter.ts'
import type { FitReport } from './report.ts'

export type Statistics = Pick<
  FitReport,
  'loss' | 'rms' | 'dataCount' | 'parameterCount' | 'degreesOfFreedom' | 'reducedChiSquared' | 'aic' | 'bic'
>

/**
 * Counts and measures of fit.
 *
 * @param residual the residual with its weights in it.
 * @param roots √w of the points; undefined for equal weights.
 */
export function statisticsOf(residual: Tensor, roots: Tensor | undefined, parameterCount: number): Statistics {
  const loss = residual.data.reduce((total, r) => total + r * r, 0)
  const weights = weightsOf(residual.size, roots)
  const parts = residual.dtype === 'complex128' ? 2 : 1
  const dataCount = parts * weights.filter((w) => w > 0).length
  const degreesOfFreedom = dataCount - parameterCount
  const total = weights.reduce((sum, w) => sum + w, 0)
  const deviance = loss > 0 && dataCount > 0 ? dataCount * Math.log(loss / dataCount) : undefined
  return {
    loss,
    rms: total > 0 ? Math.sqrt(loss / total) : 0,
    dataCount,
    parameterCount,
    degreesOfFreedom,
    ...optional({
      reducedChiSquared: degreesOfFreedom > 0 ? loss / degreesOfFreedom : undefined,
      aic: deviance === undefined ? undefined : deviance + 2 * parameterCount,
      bic: deviance === undefined ? undefined : deviance + parameterCount * Math.log(dataCount),
    }),
  }
}

/** w of each point. */
function weightsOf(count: number, roots: Tensor | undefined): number[] {
  return Array.from({ length: count }, (_, i) => {
    if (roots === undefined) return 1
    return roots.data[roots.data.length === 1 ? 0 : i] ** 2
  })
}
