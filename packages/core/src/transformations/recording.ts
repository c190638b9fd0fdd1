import { admit, closeInputs, freshInput, nodesBetween, settle, staged, type Node, type Traced } from '../graph.ts'
import { flatten, unflatten, type FlatTree, type Structure } from '../tree.ts'

/** One run of a function on fresh inputs: what every transformation starts from. */
export interface Recording {
  readonly caller: string
  readonly inputs: readonly Traced[]
  readonly inputStructure: Structure
  /** Where each input stands in its tree, for messages. */
  readonly inputPaths: readonly string[]
  readonly output: FlatTree
  /** The nodes between inputs and outputs, in the order they were made. */
  readonly nodes: readonly Node[]
}

/** Runs f on fresh inputs that stand for the leaves of x, and keeps the nodes in between. `rest` are constants. */
export function recordRun<R extends readonly unknown[]>(
  caller: string,
  f: (x: never, ...rest: R) => unknown,
  x: unknown,
  rest: R,
): Recording {
  const { leaves, structure, paths } = flatten(x, caller)
  // All are checked before the first is opened: an input that is never closed would keep everything alive.
  const inputs = staged(leaves.map((leaf) => admit(leaf, caller))).map(freshInput)
  try {
    const found = flatten(f(unflatten(structure, inputs) as never, ...rest), caller)
    const output = { ...found, leaves: found.leaves.map((leaf) => admit(leaf, caller)) }
    const nodes = nodesBetween(inputs, output.leaves)
    return { caller, inputs, inputStructure: structure, inputPaths: paths, output, nodes }
  } finally {
    closeInputs(inputs)
  }
}

/** The result of the run, as it leaves the transformation. */
export function valueTree<Y>({ output }: Recording): Y {
  return unflatten(output.structure, output.leaves.map(settle)) as Y
}
