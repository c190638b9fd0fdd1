export { fit, type FitOptions, type FitSettings } from './fit.ts'
export {
  complexParam,
  param,
  type ComplexParameter,
  type ComplexParamOptions,
  type ModelInput,
  type Parameter,
  type ParameterSet,
  type ParamOptions,
  type RealParameter,
} from './parameter.ts'
export {
  identityTransform,
  logisticTransform,
  logTransform,
  negativeLogTransform,
  type Bounds,
  type Transform,
} from './transform.ts'
export type { Objective } from './objective.ts'
export type { StandardErrors, Weighting } from './weighting.ts'
export type { FitReport, ParameterReport } from './report.ts'
export type { Covariance } from './covariance.ts'
export { formatReport, reportFacts, type Fact } from './format-report.ts'
export { fromJson, toJson } from './report-json.ts'
export { startFrom, valuesOf } from './start-from.ts'
