import { liftConstants, skeletonOf } from '../compile/skeleton.ts'
import type { Tensor } from '../tensor.ts'
import type { Graph } from '../trace.ts'

interface Entry {
  readonly constants: readonly (readonly Tensor[])[]
  readonly folded: unknown
  general?: unknown
}

const entries = new Map<string, Entry>()
const mostEntries = 128

/** What was made of the bodies, and the constants that became inputs of each, after its own. */
export interface Shared<T> {
  readonly value: T
  readonly constants: readonly (readonly Tensor[])[]
}

/**
 * What `make` gives for these closed graphs, found again by their skeletons: a new closure with the same graph is compiled no
 * second time. If only the constants differ they become inputs, so a loop that makes a closure an iteration compiles at most twice.
 */
export function share<T>(kind: string, graphs: readonly Graph[], make: (graphs: readonly Graph[]) => T): Shared<T> {
  const skeletons = graphs.map(skeletonOf)
  const key = [kind, ...skeletons.map((skeleton) => skeleton.key)].join('\n\n')
  const constants = skeletons.map((skeleton) => skeleton.constants)
  const entry = entries.get(key)
  if (entry === undefined) {
    const folded = make(graphs)
    if (entries.size >= mostEntries) entries.delete(entries.keys().next().value ?? '')
    entries.set(key, { constants, folded })
    return { value: folded, constants: graphs.map(() => []) }
  }
  if (entry.constants.every((list, g) => sameValues(list, constants[g]))) {
    return { value: entry.folded as T, constants: graphs.map(() => []) }
  }
  entry.general ??= make(graphs.map((graph, g) => liftConstants(graph, constants[g])))
  return { value: entry.general as T, constants }
}

function sameValues(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  return a.every((x, i) => {
    if (x === b[i]) return true
    if (x.dtype === 'opaque') return false
    const [values, others] = [x.data, b[i].data]
    return values.every((value, k) => Object.is(value, others[k]))
  })
}
