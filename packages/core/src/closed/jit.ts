import type { Target } from '../compile/graph/layout.ts'
import { settle } from '../graph.ts'
import { showType, type Tensor, type TensorType } from '../tensor.ts'
import { graphOf } from '../trace.ts'
import { flatten, keyOfStructure, unflatten, type Structure } from '../tree.ts'
import { call } from './call.ts'
import { closedFunction, type ClosedFunction } from './closed-function.ts'
import { explainGraph } from './explain.ts'

export interface Entry {
  readonly f: ClosedFunction
  /** Further arguments: what the function caught in its closure, and constants that differ from closure to closure. */
  readonly extra: readonly Tensor[]
  readonly capturedCount: number
  /** Of the result. */
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

/**
 * f compiled: traced once for each combination of structures, shapes and dtypes of its arguments, then run as generated code.
 * Inside f tensors have no values; what f reads from outside is fixed when it is traced. Differentiates like f. A new closure
 * that computes the same is traced again, but not compiled again.
 *
 * @throws TracingError if f asks for a value.
 */
export function jit<A extends readonly unknown[], Y>(f: (...args: A) => Y, { target }: JitOptions = {}): Jitted<A, Y> {
  const entries = new Map<string, Entry>()
  const seen = new Set<ClosedFunction>()
  const options = target === undefined ? {} : { target }
  const find = (structure: Structure, types: readonly TensorType[]): Entry => {
    const key = `${keyOfStructure(structure)} ${types.map(showType).join(' ')}`
    let entry = entries.get(key)
    if (entry === undefined) {
      entry = makeEntry(f, structure, types)
      seen.add(entry.f)
      // What was caught lives only as long as the transformation around it.
      if (entry.capturedCount === 0) entries.set(key, entry)
    }
    return entry
  }
  const apply = (...args: A): Y => {
    const { leaves, structure } = flatten(args, 'jit')
    const entry = find(structure, leaves)
    return unflatten(entry.structure, call(entry.f, [...leaves, ...entry.extra], options).map(settle)) as Y
  }
  const explain = (): string =>
    seen.size === 0
      ? 'Nothing is compiled yet: call the function once.'
      : [...seen].map((made) => explainGraph(made.graph, made.program(undefined, options))).join('\n\n')
  const jitted = Object.assign(apply, { explain })
  finders.set(jitted, find)
  return jitted
}

type Find = (structure: Structure, types: readonly TensorType[]) => Entry

const finders = new WeakMap<object, Find>()

/** What a jitted function is for arguments of these types, traced at most once; undefined for any other function. */
export const jittedEntry = (f: object, structure: Structure, types: readonly TensorType[]): Entry | undefined =>
  finders.get(f)?.(structure, types)

function makeEntry<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  structure: Structure,
  types: readonly TensorType[],
): Entry {
  let outputStructure: Structure = { kind: 'leaf' }
  const open = graphOf((inputs) => {
    const result = flatten(f(...(unflatten(structure, inputs) as A)), 'jit')
    outputStructure = result.structure
    return result.leaves
  }, types)
  const { value, captured, constants } = closedFunction(open)
  return { f: value, extra: [...captured, ...constants], structure: outputStructure, capturedCount: captured.length }
}
