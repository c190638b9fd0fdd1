import { solveAdjoint } from '../sweeps/solve.ts'
import type { Adjoint } from './adjoint.ts'

/**
 * The exact derivative of the numbers that were computed: the recorded steps are walked backwards, with their lengths, as fractions of
 * their segment, as constants. Stores all stages, s N n numbers for N steps of n; recomputes nothing.
 */
export function discreteAdjoint(): Adjoint {
  return discrete
}

const discrete: Adjoint = {
  name: 'discreteAdjoint',
  interned: Symbol('discrete adjoint'),
  keeps: 'stages',
  times: true,
  secondOrder: true,
  sweep: solveAdjoint,
}
