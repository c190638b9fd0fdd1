import { settle } from '../graph.ts'
import { showType, type Tensor } from '../tensor.ts'
import { closeOver, graphOf } from '../trace.ts'
import { flatten, showStructure, unflatten, type Structure } from '../tree.ts'
import { callGraph, CompiledGraph } from './call.ts'
import { explainGraph } from './explain.ts'
import type { Target } from '../compile/graph/layout.ts'
import { StructuralCache } from '../compile/graph/structural-cache.ts'

interface Entry {
  readonly compiled: CompiledGraph
  /** Further arguments of the graph: what f caught in its closure, and constants that differ from closure to closure. */
  readonly extra: readonly Tensor[]
  readonly structure: Structure
}

export interface JitOptions {
  /** Overrides the choice by size: 'js', 'wasm' or 'interpreter'. */
  readonly target?: Target
}

/** A compiled function. */
export interface Jitted<A extends readonly unknown[], Y> {
  (...args: A): Y
  /** Graph, program, target, flops, bytes and compile time of everything compiled so far, as text. */
  readonly explain: () => string
}

/** Compiled graphs by their skeletons, one cache a target. */
const caches = new Map<Target | undefined, StructuralCache<CompiledGraph>>()

function cacheFor(target: Target | undefined): StructuralCache<CompiledGraph> {
  let cache = caches.get(target)
  if (cache === undefined) caches.set(target, (cache = new StructuralCache<CompiledGraph>(256)))
  return cache
}

/**
 * f compiled: traced once for each combination of structures, shapes and dtypes of its arguments, then run as generated code.
 * Inside f tensors have no values; what f reads from outside is fixed when it is traced. Differentiates like f. A new closure
 * that computes the same is traced again, but not compiled again.
 *
 * @throws TracingError if f asks for a value.
 */
export function jit<A extends readonly unknown[], Y>(f: (...args: A) => Y, { target }: JitOptions = {}): Jitted<A, Y> {
  const entries = new Map<string, Entry>()
  const seen = new Set<CompiledGraph>()
  const call = (...args: A): Y => {
    const { leaves, structure } = flatten(args, 'jit')
    const key = `${showStructure(structure)} ${leaves.map(showType).join(' ')}`
    let entry = entries.get(key)
    if (entry === undefined) {
      const { capturedCount, ...made } = traceEntry(f, structure, { leaves, target })
      entry = made
      seen.add(entry.compiled)
      // What was caught lives only as long as the transformation around it.
      if (capturedCount === 0) entries.set(key, entry)
    }
    return unflatten(entry.structure, callGraph(entry.compiled, [...leaves, ...entry.extra]).map(settle)) as Y
  }
  const explain = (): string =>
    seen.size === 0
      ? 'Nothing is compiled yet: call the function once.'
      : [...seen].map(({ graph, program }) => explainGraph(graph, program)).join('\n\n')
  return Object.assign(call, { explain })
}

function traceEntry<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  structure: Structure,
  { leaves, target }: { readonly leaves: readonly Tensor[]; readonly target: Target | undefined },
): Entry & { readonly capturedCount: number } {
  let outputStructure: Structure = { kind: 'leaf' }
  const open = graphOf((inputs) => {
    const result = flatten(f(...(unflatten(structure, inputs) as A)), 'jit')
    outputStructure = result.structure
    return result.leaves
  }, leaves)
  const { value, constants } = cacheFor(target).find(
    closeOver(open),
    (graph) => new CompiledGraph(graph, { ...(target && { target }) }),
  )
  return {
    compiled: value,
    extra: [...open.captured, ...constants],
    structure: outputStructure,
    capturedCount: open.captured.length,
  }
}
