import { sameNumbers } from '../identity.ts'
import type { Graph } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
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
 * makes a closure an iteration compiles at most twice. Those that were not found for the longest are dropped, and released.
 */
export class StructuralCache<T extends { release: () => void }> {
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
      this.#enter(key, { constants, folded })
      return { value: folded, constants: [] }
    }
    this.#entries.delete(key)
    this.#entries.set(key, known)
    if (known.constants.every((x, i) => sameValue(x, constants[i]))) return { value: known.folded, constants: [] }
    known.general ??= make(liftConstants(graph, constants))
    return { value: known.general, constants }
  }

  #enter(key: string, entry: Entry<T>): void {
    if (this.#entries.size >= this.#limit) {
      const [oldest] = this.#entries
      this.#entries.delete(oldest[0])
      oldest[1].folded.release()
      oldest[1].general?.release()
    }
    this.#entries.set(key, entry)
  }
}

const sameValue = (a: Tensor, b: Tensor): boolean => a === b || (a.dtype !== 'opaque' && sameNumbers(a.data, b.data))
