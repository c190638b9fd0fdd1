import type { Tensor } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'
import { liftConstants, skeletonOf } from './skeleton.ts'

/** What was made of a graph, and the constants that it takes as further inputs, after the graph's own. */
export interface Cached<T> {
  readonly value: T
  readonly constants: readonly Tensor[]
}

interface Entry<T> {
  readonly constants: readonly Tensor[]
  readonly folded: T
  general?: T
}

/**
 * Things made of graphs, found again by the skeleton of the graph: a new closure that does the same costs no second compilation.
 * Constants are folded in at first; when the same skeleton comes back with others, they all become inputs, so that a loop which
 * makes a closure an iteration compiles at most twice. The oldest entries are dropped.
 */
export class StructuralCache<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** `make` of this graph (without captured tensors), or of one that computes the same given `constants`. */
  find(graph: Graph, make: (graph: Graph) => T): Cached<T> {
    const { key, constants } = skeletonOf(graph)
    const known = this.#entries.get(key)
    if (known === undefined) {
      const folded = make(graph)
      const [oldest] = this.#entries.keys()
      if (this.#entries.size >= this.#limit && oldest !== undefined) this.#entries.delete(oldest)
      this.#entries.set(key, { constants, folded })
      return { value: folded, constants: [] }
    }
    if (sameValues(known.constants, constants)) return { value: known.folded, constants: [] }
    // Handles (a factorization of a constant matrix) are no numbers: with other ones the graph is another.
    if (constants.some((x, i) => x.dtype === 'opaque' && x !== known.constants[i]))
      return { value: make(graph), constants: [] }
    const numeric = constants.filter((x) => x.dtype !== 'opaque')
    known.general ??= make(liftConstants(graph, numeric))
    return { value: known.general, constants: numeric }
  }
}

function sameValues(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  return a.every((x, i) => {
    if (x === b[i]) return true
    if (x.dtype === 'opaque') return false
    const [left, right] = [x.data, b[i].data]
    for (let k = 0; k < left.length; k++) if (!Object.is(left[k], right[k])) return false
    return true
  })
}
