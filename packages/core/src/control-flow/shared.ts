import { StructuralCache, type Cached } from '../compile/graph/structural-cache.ts'
import { type Graph } from '../primitive.ts'
import { graphOf, evaluate } from '../trace.ts'

const caches = new Map<string, StructuralCache<unknown>>()
const mostBodies = 64

/**
 * What `make` gives for the graph of a body, found again by its structure: a new closure that does the same is compiled no
 * second time. `kind` says what is made, and how inputs and outputs are divided.
 */
export function share<T>(kind: string, graph: Graph, make: (graph: Graph) => T): Cached<T> {
  let cache = caches.get(kind)
  if (cache === undefined) caches.set(kind, (cache = new StructuralCache(mostBodies)))
  return cache.find(graph, make) as Cached<T>
}

/** Two closed graphs as one: `common` inputs that both take, then the other inputs of each; the outputs of both. */
export function together(a: Graph, b: Graph, common: number): Graph {
  const n = a.inputs.length
  return graphOf(
    (inputs) => [...evaluate(a, inputs.slice(0, n)), ...evaluate(b, [...inputs.slice(0, common), ...inputs.slice(n)])],
    [...a.inputs, ...b.inputs.slice(common)],
  )
}

/** The same graph with some of its outputs, and what they need. */
export function withOutputs(graph: Graph, start: number, end?: number): Graph {
  return graphOf((inputs) => evaluate(graph, inputs).slice(start, end), graph.inputs)
}
