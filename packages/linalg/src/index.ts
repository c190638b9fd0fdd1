export { SingularMatrixError } from './errors.ts'
export { fromMlMatrix, toMlMatrix, type MlMatrix, type MlMatrixClass } from './ml-matrix.ts'
export { solve } from './solve.ts'
export { triangularSolve } from './triangular-solve.ts'
