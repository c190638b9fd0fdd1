import type { Complex, Progress } from '@cad/core'
import type { Status } from '@cad/optim'
import type { Covariance } from './covariance.ts'
import type { StandardErrors } from './weighting.ts'

/** The form of a saved report; it changes when the form does. */
export const reportSchema = 'cad-fit-report/2'

/** What a fit found for one parameter, in the parameter's unit. */
export interface ParameterReport<Name extends string = string> {
  readonly name: Name
  readonly unit?: string
  readonly value: number | Complex
  /** 1 σ; of both parts for a complex value. Missing if fixed, at a bound, or not determined by the data. */
  readonly standardError?: number | Complex
  /** Correlation of real and imaginary part. */
  readonly correlation?: number
  readonly initial: number | Complex
  /** null where there is no bound; missing for a complex parameter. */
  readonly bounds?: readonly [lower: number | null, upper: number | null]
  readonly fixed: boolean
  readonly reference?: number | Complex
  /** (value − reference)/standard error; for a complex value the distance under its covariance. */
  readonly deviationSigma?: number
  /** |value − reference|/|reference| */
  readonly deviationRelative?: number
  /** Both deviations as text. */
  readonly deviation?: string
  /** `fixed`, `at lower bound`, `at upper bound`, `not determined by the data`. */
  readonly note?: string
}

/** A fit as plain data that can be saved as JSON; everything in it is finite. */
export interface FitReport<Name extends string = string> {
  readonly schema: typeof reportSchema
  readonly title?: string
  /** Given by the caller. */
  readonly timestamp?: string
  readonly parameters: readonly ParameterReport<Name>[]
  readonly status: Status
  readonly converged: boolean
  readonly message: string
  readonly method: string
  /** χ² = Σ w|r|² at the start, w as `weighting` says. */
  readonly startLoss: number
  /** χ² at the end. */
  readonly loss: number
  /** √(Σ w|r|²/Σ w) over the points, in the unit of the residual. */
  readonly rms: number
  readonly weighting: string
  /** Points without data, NaN, that were left out; missing if there are none. */
  readonly omittedCount?: number
  /** Real numbers among the data: a complex point counts twice, a point of weight 0 not at all. */
  readonly dataCount: number
  /** Free real parameters: a complex one counts twice. */
  readonly parameterCount: number
  /** dataCount − parameterCount */
  readonly degreesOfFreedom: number
  /** χ²/degreesOfFreedom */
  readonly reducedChiSquared?: number
  /** N ln(χ²/N) + 2p: up to a constant, −2 ln(likelihood) with the best variance, plus 2p. */
  readonly aic?: number
  /** N ln(χ²/N) + p ln N */
  readonly bic?: number
  /** Of all standard errors. */
  readonly level: '1 σ'
  /** `absolute`: s = 1, errors are those of σ. `scaled`: s² is the reduced χ². */
  readonly standardErrors: StandardErrors
  /** s² (JᵀJ)⁻¹ of the free real parameters, complex ones as `name.re` and `name.im`, in their units. */
  readonly covariance: Covariance
  readonly correlations: Covariance
  /** Condition number of J with columns of unit length. */
  readonly condition?: number
  readonly iterations: number
  /** Runs of the model with its derivative. */
  readonly evaluations: number
  readonly seconds: number
  /** One record for the start and one for each iteration; the gradient is that in the internal variables. */
  readonly history: readonly Progress[]
  /** Whole sentences. */
  readonly warnings: readonly string[]
  readonly versions: Readonly<Record<string, string>>
}
