export { expectEveryExport, type Excluded } from './cases/expect-every-export.ts'
export {
  pointsOf,
  type Bounds,
  type FunctionCase,
  type Operation,
  type Point,
  type Row,
  type Variant,
  type ZeroPoint,
} from './cases/function-case.ts'
export { checksOf, needlessExceptions, type CheckedPoints } from './cases/function-checks.ts'
export { maxAbs, maxDifference, relativeDifference } from './max-difference.ts'
export {
  randomComplex,
  randomHermitian,
  randomPositiveDefinite,
  randomReal,
  randomSymmetric,
  randomUnitary,
  randomWellConditioned,
  randomWellConditionedReal,
  seededUniform,
} from './random.ts'
