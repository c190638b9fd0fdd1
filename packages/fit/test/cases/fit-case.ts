import type { Complex, Tensor } from '@cad/core'
import type { FitOptions, FitReport, Parameter, ParameterSet, Transform } from '@cad/fit'

type Values = Readonly<Record<string, number | Complex>>

/** Data made by a model from known values, and a fit of them from elsewhere. */
export interface Setup {
  readonly name: string
  readonly options: FitOptions<ParameterSet>
  readonly truth: Values
}

/** An export that fits. */
export interface FitCase {
  readonly name: string
  readonly kind: 'fit'
  readonly fit: (options: FitOptions<ParameterSet>) => FitReport
}

/** An export that makes parameters, each with a value that it should find from its start. */
export interface ParameterCase {
  readonly name: string
  readonly kind: 'parameter'
  readonly parameters: Readonly<Record<string, { readonly parameter: Parameter; readonly truth: number | Complex }>>
}

/** A transform of a bounded parameter, for several bounds. */
export interface TransformCase {
  readonly name: string
  readonly kind: 'transform'
  readonly transforms: readonly Transform[]
}

/** An export that makes something of a report, and what must hold of it: throws where it does not. */
export interface ReportCase {
  readonly name: string
  readonly kind: 'report'
  readonly f: (report: FitReport) => unknown
  readonly requires: (made: never, report: FitReport, setup: Setup) => void
}

export type AnyCase = FitCase | ParameterCase | TransformCase | ReportCase

/** A model of any parameters. */
export type Model = (p: Readonly<Record<string, Tensor>>) => Tensor
