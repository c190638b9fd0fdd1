import type { Application, Graph } from '../../primitive.ts'
import type { Tensor } from '../../tensor.ts'
import { evaluate, graphOf } from '../../trace.ts'
import { inlined } from './simplify.ts'

/** A graph in two parts. */
export interface SplitGraph {
  /** (early inputs) ↦ residuals, handles among them */
  readonly early: Graph
  /** (early inputs, residuals, late inputs) ↦ outputs */
  readonly late: Graph
}

/**
 * A closed graph as a part that depends on its early inputs alone, run once, and the rest. What goes early is what is costly: the
 * applications without scalar form (factorizations and solvers, loops, transforms), and what they need. Sums and products of
 * early inputs stay with the rest, where their zeros and constants are seen: H(p) = Σ pₖHₖ early would be a dense matrix late.
 */
export function splitGraph(graph: Graph, late: readonly boolean[]): SplitGraph {
  const whole = inlined(graph)
  const varies = new Set<Tensor>(whole.inputs.filter((_, i) => late[i]))
  const isCostly = new Set<Tensor>()
  for (const { primitive, inputs, outputs } of whole.nodes) {
    if (inputs.some((x) => varies.has(x))) outputs.forEach((output) => varies.add(output))
    else if (primitive.lower === undefined) outputs.forEach((output) => isCostly.add(output))
  }
  const residuals = usedResiduals(whole, isCostly)
  const earlyInputs = whole.inputs.filter((_, i) => !late[i])
  const lateInputs = whole.inputs.filter((_, i) => late[i])
  return {
    early: reduced(whole, earlyInputs, residuals),
    late: reduced(whole, [...earlyInputs, ...residuals, ...lateInputs], whole.outputs),
  }
}

/** The costly results that something not costly, or an output, needs; walking down from the outputs and stopping at them. */
function usedResiduals({ nodes, outputs }: Graph, isCostly: ReadonlySet<Tensor>): Tensor[] {
  const makers = new Map<Tensor, Application>()
  for (const node of nodes) for (const output of node.outputs) makers.set(output, node)
  const found = new Set<Tensor>()
  const visited = new Set<Application>()
  const pending = [...outputs]
  while (pending.length > 0) {
    const x = pending.pop()!
    if (isCostly.has(x)) {
      found.add(x)
      continue
    }
    const maker = makers.get(x)
    if (maker === undefined || visited.has(maker)) continue
    visited.add(maker)
    pending.push(...maker.inputs)
  }
  return nodes.flatMap((node) => node.outputs.filter((output) => found.has(output)))
}

/** `outputs` of a graph as a function of `inputs`, which may be tensors in the middle of it. */
function reduced(graph: Graph, inputs: readonly Tensor[], outputs: readonly Tensor[]): Graph {
  const given = new Set(inputs)
  const needed = new Set<Tensor>(outputs.filter((x) => !given.has(x)))
  const nodes: Application[] = []
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output) && !given.has(output))) continue
    nodes.unshift(node)
    for (const x of node.inputs) if (!given.has(x)) needed.add(x)
  }
  return graphOf((own) => evaluate({ inputs, nodes, outputs, captured: [] }, own), inputs)
}
