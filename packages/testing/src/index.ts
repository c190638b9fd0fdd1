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
