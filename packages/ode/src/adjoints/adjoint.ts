import type { Interned } from '@cad/core/compiler'
import type { Recorded } from '../integrate.ts'
import type { SolveDots } from '../sweeps/solve.ts'
import type { Keeping } from '../trajectory.ts'

/** How a solve is differentiated backwards; a value passed to the solve. */
export interface Adjoint extends Interned {
  readonly name: string
  /** What the solve keeps of its steps for it. */
  readonly keeps: Keeping
  /** Whether it gives derivatives with respect to times. */
  readonly times: boolean
  /** Whether it is the derivative of the numbers that were computed, which has one itself. */
  readonly secondOrder: boolean
  /** Cotangents of y0 and of all parameters, for cotangents of the saved states; those of times if they move. */
  readonly sweep: (record: Recorded, savedBar: Float64Array, timesMove: boolean) => SolveDots
}
