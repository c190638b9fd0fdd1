import { settle } from '../graph.ts'
import { showType, type Tensor } from '../tensor.ts'
import { closeOver, trace } from '../trace.ts'
import { flatten, showStructure, unflatten, type Structure } from '../tree.ts'
import { callGraph, CompiledGraph } from './call.ts'

interface Entry {
  readonly compiled: CompiledGraph
  readonly captured: readonly Tensor[]
  readonly structure: Structure
}

/**
 * f compiled: traced once for each combination of structures, shapes and dtypes of its arguments, then run as generated code.
 * Inside f tensors have no values; what f reads from outside is fixed when it is traced. Differentiates like f.
 *
 * @throws TracingError if f asks for a value.
 */
export function jit<A extends readonly unknown[], Y>(f: (...args: A) => Y): (...args: A) => Y {
  const entries = new Map<string, Entry>()
  return (...args) => {
    const { leaves, structure } = flatten(args, 'jit')
    const key = `${showStructure(structure)} ${leaves.map(showType).join(' ')}`
    let entry = entries.get(key)
    if (entry === undefined) {
      entry = traceEntry(f, structure, leaves)
      if (entry.captured.length === 0) entries.set(key, entry)
    }
    return unflatten(entry.structure, callGraph(entry.compiled, [...leaves, ...entry.captured]).map(settle)) as Y
  }
}

function traceEntry<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  structure: Structure,
  leaves: readonly Tensor[],
): Entry {
  let outputStructure: Structure = { kind: 'leaf' }
  const graph = trace((inputs) => {
    const result = flatten(f(...(unflatten(structure, inputs) as A)), 'jit')
    outputStructure = result.structure
    return result.leaves
  }, leaves)
  return { compiled: new CompiledGraph(closeOver(graph)), captured: graph.captured, structure: outputStructure }
}
