export { SingularMatrixError } from './errors.ts'
export { solve } from './solve.ts'
