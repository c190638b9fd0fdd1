import type { OnProgress, Tensor } from '@cad/core'
import { leastSquares, levenbergMarquardt, type LeastSquaresMethod, type LeastSquaresResult } from '@cad/optim'
import { freeVariables, type FreeVariables, type Variables } from './free-variables.ts'
import { weightedObjective, type Objective } from './objective.ts'
import { optional, type ParameterSet } from './parameter.ts'
import { parameterReport } from './parameter-report.ts'
import { reportSchema, type FitReport } from './report.ts'
import { solutionOf, type Solution } from './solution.ts'
import { statisticsOf } from './statistics.ts'
import { correlationsOf } from './correlations.ts'
import { version } from './version.ts'
import { warningsOf } from './warnings.ts'
import type { Weighting } from './weighting.ts'

/** Everything about a fit but its objective. */
export interface FitSettings<P extends ParameterSet> extends Weighting {
  readonly parameters: P
  readonly method?: LeastSquaresMethod
  readonly maxIterations?: number
  /** Runs of the model with its derivative. */
  readonly maxEvaluations?: number
  /** In seconds. */
  readonly timeLimit?: number
  /** Called at the start (iteration 0) and after each iteration; returning `false` ends the fit at its best point. */
  readonly onProgress?: OnProgress
  readonly title?: string
  /** Written into the report as it is. */
  readonly timestamp?: string
  /** Versions of the model's own packages, for the report. */
  readonly versions?: Readonly<Record<string, string>>
}

export type FitOptions<P extends ParameterSet> = FitSettings<P> & Objective<P>

/**
 * Fits named parameters to data by weighted least squares, with standard errors from the linear model at the solution.
 *
 * The model gets one scalar tensor for each parameter and must be written with functions of `@cad/*`. Bounds are kept by
 * internal variables, fixed parameters stay what they are, and no parameter needs scaling.
 *
 * @returns plain data; a fit that ended early holds its best point and says so.
 * @throws ArgumentError for a start on or outside its bounds, data that are not finite, bad weights, no free parameter;
 *   DerivativeError if the model reads a parameter as a plain number; at the start, whatever the model throws. Later a
 *   `NumericalError` or `NotFiniteError` of the model is a step that is not taken, and any other error ends the fit with status `failed`.
 */
export function fit<P extends ParameterSet>(options: FitOptions<P>): FitReport<keyof P & string> {
  const { parameters, method = levenbergMarquardt({ initialRadius: 1 }) } = options
  const free = freeVariables(parameters)
  const { residual, roots, description, standardErrors, omittedCount } = weightedObjective(options, options)
  const result = leastSquares<Variables, Tensor>((u) => residual(free.toModel(u)), free.start, {
    method,
    ...limitsOf(options),
  })
  const statistics = statisticsOf(result.residual, roots, free.coordinates.length)
  const variance = standardErrors === 'absolute' ? 1 : statistics.reducedChiSquared
  const solution = solutionOf(parameters, free, result, variance)
  return {
    schema: reportSchema,
    ...optional({ title: options.title, timestamp: options.timestamp }),
    parameters: (Object.keys(parameters) as (keyof P & string)[]).map((name) =>
      parameterReport(name, parameters[name], solution),
    ),
    ...courseOf(result, method),
    ...statistics,
    ...(omittedCount > 0 && { omittedCount }),
    weighting: description,
    standardErrors,
    ...uncertaintyFields(free, solution),
    warnings: warningsOf(parameters, result, solution, { ...statistics, standardErrors }),
    versions: { '@cad/fit': version, ...options.versions },
  }
}

function limitsOf<P extends ParameterSet>({ maxIterations, maxEvaluations, timeLimit, onProgress }: FitSettings<P>) {
  return optional({ maxIterations, maxEvaluations, timeLimit, onProgress })
}

type Course = Pick<
  FitReport,
  'status' | 'converged' | 'message' | 'method' | 'startLoss' | 'iterations' | 'evaluations' | 'seconds' | 'history'
>

function courseOf(result: LeastSquaresResult<Variables, Tensor>, { name }: LeastSquaresMethod): Course {
  const { status, converged, message, iterations, evaluations, seconds, history } = result
  const startLoss = history[0].loss
  return { status, converged, message, method: name, startLoss, iterations, evaluations, seconds, history }
}

function uncertaintyFields<P extends ParameterSet>(
  { coordinates }: FreeVariables<P>,
  { uncertainty }: Solution,
): Pick<FitReport, 'level' | 'covariance' | 'correlations' | 'condition'> {
  const names = coordinates.map(({ name }) => name)
  const covariance = uncertainty?.covariance ?? { names, matrix: names.map(() => names.map(() => null)) }
  const { condition } = uncertainty ?? {}
  return {
    level: '1 σ',
    covariance,
    correlations: correlationsOf(covariance),
    ...(condition !== undefined && Number.isFinite(condition) && { condition }),
  }
}
