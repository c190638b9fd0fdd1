/** The inputs of a solve, and how they stand in its nodes. */
import type { Tensor, TensorType } from '@cad/core'
import { zerosOfType } from '@cad/core/compiler'
import type { Adjoint } from '../adjoints/adjoint.ts'
import type { Field } from '../field.ts'
import { joined, layoutOf, separated } from '../state-layout.ts'
import type { SolveDots } from '../sweeps/solve.ts'

/** …y0, times (t0, switches, t1), times of the saves, …parameters, and constants, which have no derivative. */
export interface SolveInputs {
  readonly y0: readonly Tensor[]
  readonly times: Tensor
  readonly saveAt: Tensor
  /** Parameters and constants. */
  readonly values: readonly Tensor[]
}

/** Those that have a derivative: they come first. */
export const activeCount = ({ state, parameters }: Field): number => state.leaves.length + 2 + parameters.leaves.length

export function inputsOf({ state }: Field, args: readonly Tensor[]): SolveInputs {
  const n = state.leaves.length
  return { y0: args.slice(0, n), times: args[n], saveAt: args[n + 1], values: args.slice(n + 2) }
}

/** Which derivatives of a solve may be asked for. */
export type SweepParams = {
  readonly field: Field
  readonly adjoint: Adjoint
  /** Whether a derivative with respect to a time may be asked for. */
  readonly timesMove: boolean
}

/** Tangents, or cotangents, of the inputs that have one. */
export function dotsOf({ field, timesMove }: SweepParams, dots: readonly Tensor[]): SolveDots {
  const { y0, times, saveAt, values } = inputsOf(field, dots)
  return {
    y0: joined(y0),
    p: joined(values),
    times: timesMove ? { times: times.data, saveAt: saveAt.data } : undefined,
  }
}

/** The same as a list again, zeros for times that do not move. */
export function listOf(
  { field }: SweepParams,
  { y0, p, times }: SolveDots,
  args: readonly TensorType[],
): Float64Array[] {
  const n = field.state.leaves.length
  const none = (i: number): Float64Array => new Float64Array(args[i].shape[0])
  return [
    ...separated(field.state, y0),
    times?.times ?? none(n),
    times?.saveAt ?? none(n + 1),
    ...separated(layoutOf(args.slice(n + 2, activeCount(field))), p),
  ]
}

/** A list with zeros where there is nothing. */
export const completed = (dots: readonly (Tensor | undefined)[], types: readonly TensorType[]): Tensor[] =>
  types.map((type, i) => dots[i] ?? zerosOfType(type))

export const isZero = ({ isStructuralZero }: Tensor): boolean => isStructuralZero
