import type { Interned } from '@cad/core/compiler'
import type { Field, Kind } from '../field.ts'
import type { Stepper } from './stepper.ts'

/**
 * A method for the steps of a solve; equal ones are one object. `prepare` is contravariant: a method for every kind of problem is one
 * for each, and one for linear problems is refused for others.
 */
export interface Method<K extends Kind = Kind> extends Interned {
  readonly name: string
  readonly order: number
  /** Order q of the error estimate, which falls like h^(q + 1); undefined: constant steps alone. */
  readonly errorOrder: number | undefined
  /** The kinds of problems that it solves, for callers without types. */
  readonly kinds: readonly Kind[]
  /** The method on one field; made once for each. */
  readonly prepare: (field: Field<K>) => Stepper
}
