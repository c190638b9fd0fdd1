/** Numbers that stand one behind the other in memory, from byte `offset` on, behind the address in the i32 local `base` if there is one. */
export interface ArrayPlace {
  readonly base?: number
  readonly offset: number
}

/** Where a function finds an input: in an f64 local, if it is one real number, or in memory. */
export type InputPlace = ArrayPlace | { readonly local: number }

/** Where a function leaves an output. */
export interface OutputPlace extends ArrayPlace {
  /** Add to what is there. */
  readonly accumulate?: boolean
}

/** Where the inputs and outputs of a graph stand, in their order. */
export interface Places {
  readonly inputs: readonly InputPlace[]
  readonly outputs: readonly OutputPlace[]
}
