import type { Firm, Loose, Tensor } from '@cad/core'
import type { Kind } from './field.ts'

/** y' = f(t, y, p): of the structure and the shapes of y. */
export type RightHandSideOf<P, Y> = (t: Tensor, y: Firm<Y>, p: P) => Loose<Firm<Y>>

/** A right-hand side, and what it says of itself beyond its values; a plain function is a general problem. */
export interface Problem<K extends Kind, P, Y> {
  readonly kind: K
  readonly f: RightHandSideOf<P, Y>
}
