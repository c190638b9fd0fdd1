import type { Finiteness } from '../finiteness.ts'
import type { Interned } from '../identity.ts'
import type { Tensor, TensorType } from '../tensor.ts'

/** What one node can apply: a function with types, and the functions that are its derivatives. */
export interface Applicable extends Interned {
  readonly inputs: readonly TensorType[]
  readonly outputs: readonly TensorType[]
  /** (args, tangents of the active ones) ↦ tangents of the outputs, handles left out */
  tangent(active: readonly boolean[], inputs?: Finiteness): Applicable
  /** (args, cotangents of the seeded outputs) ↦ cotangents of the active args */
  adjoint(active: readonly boolean[], seeded: readonly boolean[], inputs?: Finiteness): Applicable
}

export const typeOf = ({ shape, dtype }: TensorType): TensorType => ({ shape, dtype })

/** The elements that are flagged. */
export const chosen = <T>(xs: readonly T[], flags: readonly boolean[]): T[] => xs.filter((_, i) => flags[i])

/** One element for each flag: the next of `own` where it is set, else what `other` gives. */
export function spread<T, U>(flags: readonly boolean[], own: readonly T[], other: (i: number) => U): (T | U)[] {
  let next = 0
  return flags.map((flag, i) => (flag ? own[next++] : other(i)))
}

/** Whether a derivative with respect to this argument may be asked for. */
export const isActive = (x: Tensor): boolean => x.isTraced && x.dtype !== 'opaque'

/** Which of these tangents or cotangents are not zero by structure, and those. */
export function nonzero(xs: readonly Tensor[]): {
  readonly flags: readonly boolean[]
  readonly seeds: readonly Tensor[]
} {
  const flags = xs.map((x) => !x.isStructuralZero)
  return { flags, seeds: chosen(xs, flags) }
}
