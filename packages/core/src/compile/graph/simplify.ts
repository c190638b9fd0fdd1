import { bindAll } from '../../bind.ts'
import { copyP } from '../../graph.ts'
import { identityOf, keyOf } from '../../identity.ts'
import type { Application, Graph } from '../../primitive.ts'
import type { Tensor } from '../../tensor.ts'
import { graphOf } from '../../trace.ts'
import { sumOfOuterProduct, thinProduct } from './sparse-products.ts'

/**
 * The same function as a smaller graph: applied graphs stand in place of the nodes that apply them, equal nodes are one, what
 * depends on constants alone is a constant, and a primitive may give a cheaper form of itself (`simplify`). What no output needs
 * is left out.
 */
export function simplify(graph: Graph): Graph {
  return rewritten(graph, ({ primitive, params, outputs }, args) => {
    const better = primitive.simplify?.(args, params, { thinProduct, sumOfOuterProduct }, outputs)
    return better ?? bindAll(primitive, args, params)
  })
}

/** The same graph with applied graphs in place of the nodes that apply them, and without equal nodes. */
export const inlined = (graph: Graph): Graph =>
  rewritten(graph, ({ primitive, params }, args) => bindAll(primitive, args, params))

type Rewrite = (node: Application, args: readonly Tensor[]) => readonly Tensor[]

function rewritten(graph: Graph, rewrite: Rewrite): Graph {
  const known = new Map<string, readonly Tensor[]>()
  const once = (node: Application, args: readonly Tensor[]): readonly Tensor[] => {
    const key = `${identityOf(node.primitive)}(${args.map(identityOf).join()})${keyOf(node.params)}`
    let outputs = known.get(key)
    if (outputs === undefined) known.set(key, (outputs = rewrite(node, args)))
    return outputs
  }
  const apply = (applied: Graph, args: readonly Tensor[]): readonly Tensor[] => {
    const values = new Map<Tensor, Tensor>(applied.inputs.map((x, i) => [x, args[i]]))
    const of = (x: Tensor): Tensor => values.get(x) ?? x
    for (const node of applied.nodes) {
      const own = node.inputs.map(of)
      outputsOf(node, own).forEach((output, i) => values.set(node.outputs[i], output))
    }
    return applied.outputs.map(of)
  }
  const outputsOf = (node: Application, args: readonly Tensor[]): readonly Tensor[] => {
    if (node.primitive === copyP) return args
    const inner = node.primitive.inner?.(node.params)
    return inner === undefined ? once(node, args) : apply(inner, args)
  }
  return graphOf((inputs) => apply(graph, inputs), graph.inputs)
}
