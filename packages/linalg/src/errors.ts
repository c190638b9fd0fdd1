import { NumericalError } from '@cad/core'

/** A matrix without the inverse, or of lower rank than, the operation needs. */
export class SingularMatrixError extends NumericalError {}
