import type { Interned } from '@cad/core/compiler'
import type { Recorded } from '../integrate.ts'
import { adjointSweep, type SolveBars } from '../sweeps.ts'

/** How a solve is differentiated backwards; a value passed to the solve. */
export interface Adjoint extends Interned {
  readonly name: string
  /** Cotangents of y0 and of all parameters, for cotangents of the saved states. */
  readonly sweep: (record: Recorded, savedBar: Float64Array) => SolveBars
}

/**
 * The exact derivative of the numbers that were computed: the recorded steps are walked backwards, with their lengths as
 * constants. Stores all stages, s N n numbers for N steps of n; recomputes nothing.
 */
export function discreteAdjoint(): Adjoint {
  return discrete
}

const discrete: Adjoint = { name: 'discrete', interned: Symbol('discrete adjoint'), sweep: adjointSweep }
