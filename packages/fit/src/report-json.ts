import { ArgumentError } from '@cad/core'
import { statuses } from '@cad/optim'
import { reportSchema, type FitReport } from './report.ts'
import {
  array,
  boolean,
  checkShape,
  nullable,
  number,
  object,
  oneOf,
  string,
  union,
  type Check,
} from './check-shape.ts'

const complexNumber = object({ re: number, im: number })
const value = union('a number or { re, im }', number, complexNumber)
const table = object({ names: array(string), matrix: array(array(nullable(number))) })

const parameter = object(
  { name: string, value, initial: value, fixed: boolean },
  {
    unit: string,
    standardError: value,
    correlation: number,
    bounds: array(nullable(number)),
    reference: value,
    deviationSigma: number,
    deviationRelative: number,
    deviation: string,
    note: string,
  },
)

const progress = object({
  iteration: number,
  loss: number,
  gradientNorm: number,
  step: number,
  evaluations: number,
  seconds: number,
})

const report: Check = object(
  {
    schema: oneOf([reportSchema]),
    parameters: array(parameter),
    status: oneOf(statuses),
    converged: boolean,
    message: string,
    method: string,
    startLoss: number,
    loss: number,
    rms: number,
    weighting: string,
    dataCount: number,
    parameterCount: number,
    degreesOfFreedom: number,
    level: string,
    standardErrors: oneOf(['absolute', 'scaled']),
    covariance: table,
    correlations: table,
    iterations: number,
    evaluations: number,
    seconds: number,
    history: array(progress),
    warnings: array(string),
    versions: object({}),
  },
  {
    title: string,
    timestamp: string,
    omittedCount: number,
    reducedChiSquared: number,
    aic: number,
    bic: number,
    condition: number,
  },
)

/**
 * A report as JSON text, two spaces deep.
 *
 * @throws ArgumentError that names the place of anything JSON cannot hold, such as NaN.
 */
export function toJson(fitReport: FitReport): string {
  checkShape('toJson', report, fitReport)
  return JSON.stringify(fitReport, undefined, 2)
}

/**
 * The report that `toJson` wrote.
 *
 * @throws ArgumentError if the text is no JSON, is of another schema version, or lacks something; the message names the place.
 */
export function fromJson(text: string): FitReport {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new ArgumentError(`fromJson: expected JSON text, got ${(error as Error).message}. Was the file cut off?`)
  }
  checkShape('fromJson', report, parsed)
  return parsed as FitReport
}
