/** Functions as graphs, and graphs as functions again. */
import { abstractInput, admit, closeInputs, inStage, nodesBetween, Traced, type Node } from './graph.ts'
import { bindAll } from './bind.ts'
import type { Graph } from './primitive.ts'
import type { Tensor, TensorType } from './tensor.ts'

/** Runs f once on abstract inputs of these types and keeps what it did. What does not depend on the inputs is computed now. */
export function graphOf(f: (inputs: readonly Tensor[]) => readonly Tensor[], types: readonly TensorType[]): Graph {
  const inputs = types.map(abstractInput)
  try {
    const outputs = f(inputs).map((x) => admit(x, 'trace'))
    const nodes = nodesBetween(inputs, outputs)
    return { inputs, outputs, ...selfContained(inputs, nodes, outputs) }
  } finally {
    closeInputs(inputs)
  }
}

/** A branch as a closed graph: its own inputs, then those that stand for `outer`, what it took from outside. */
export interface Branch {
  readonly graph: Graph
  readonly outer: readonly Tensor[]
}

/** Traces f like `trace`, but as a branch that may never run: nothing is computed now, not even what depends on no input. */
export function traceBranch(f: (inputs: readonly Tensor[]) => readonly Tensor[], types: readonly TensorType[]): Branch {
  const own: Traced[] = []
  try {
    const { result, outer, inputs } = inStage(() => {
      own.push(...types.map(abstractInput))
      return f(own).map((x) => admit(x, 'trace'))
    })
    const all = [...own, ...inputs]
    return { graph: { inputs: all, nodes: nodesBetween(all, result), outputs: result, captured: [] }, outer }
  } finally {
    closeInputs(own)
  }
}

/** The nodes with those that make the handles they use, and the other traced tensors that come from outside. */
export function selfContained(
  inputs: readonly Traced[],
  nodes: readonly Node[],
  outputs: readonly Tensor[],
): Pick<Graph, 'nodes' | 'captured'> {
  const inner = new Set<Tensor>(inputs)
  for (const node of nodes) for (const output of node.outputs) inner.add(output)
  const captured = new Set<Traced>()
  const drawnIn: Node[] = []
  const note = (x: Tensor): void => {
    if (!(x instanceof Traced) || inner.has(x)) return
    if (x.dtype !== 'opaque' || x.node.inputs.length === 0) return void captured.add(x)
    // A handle is no number that could be passed in: the node that makes it comes along instead.
    x.node.inputs.forEach(note)
    for (const output of x.node.outputs) inner.add(output)
    drawnIn.push(x.node)
  }
  for (const node of nodes) node.inputs.forEach(note)
  outputs.forEach(note)
  return { nodes: [...drawnIn, ...nodes], captured: [...captured] }
}

/**
 * The graph applied to arguments, primitive by primitive; differentiable like any other function. `replaced` may give other
 * tensors for constants of the graph.
 */
export function evaluate(
  graph: Graph,
  args: readonly Tensor[],
  captured: readonly Tensor[] = graph.captured,
  replaced: ReadonlyMap<Tensor, Tensor> = new Map(),
): Tensor[] {
  const values = new Map<Tensor, Tensor>(replaced)
  graph.inputs.forEach((x, i) => values.set(x, args[i]))
  graph.captured.forEach((x, i) => values.set(x, captured[i]))
  const of = (x: Tensor): Tensor => values.get(x) ?? x
  for (const node of graph.nodes) {
    bindAll(node.primitive, node.inputs.map(of), node.params).forEach((output, i) =>
      values.set(node.outputs[i], output),
    )
  }
  return graph.outputs.map(of)
}

/** The same graph with its captured tensors as further inputs: it then depends on nothing outside. */
export function closeOver(graph: Graph): Graph {
  if (graph.captured.length === 0) return graph
  const types = [...graph.inputs, ...graph.captured]
  return graphOf((args) => evaluate(graph, args.slice(0, graph.inputs.length), args.slice(graph.inputs.length)), types)
}
