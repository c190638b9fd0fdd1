import { NumericalError } from '@cad/core'
import type { Failure } from './status.ts'

/** An integration that ended before its last time; it carries where, why, and the last good state. */
export class IntegrationError extends NumericalError {
  readonly status: Failure
  /** The last accepted state: numbers of the state at `status.t`, complex ones interleaved. */
  readonly lastState: Float64Array

  constructor(status: Failure, lastState: Float64Array) {
    super(`solveIvp: ${status.message}`)
    this.status = status
    this.lastState = lastState
  }
}
