import type { Application } from '../../primitive.ts'
import { bindAll } from '../../bind.ts'
import type { Tensor } from '../../tensor.ts'
import { type Graph } from '../../primitive.ts'
import { graphOf } from '../../trace.ts'
import { identityOf, keyOfParams } from './skeleton.ts'
import { sumOfOuterProduct, thinProduct } from './sparse-products.ts'

/**
 * The same function as a smaller graph: equal nodes are one, products with sparse constant matrices become sums of gathered
 * and scaled elements, and sums over outer products never form them. What no output needs is left out.
 */
export function simplify(graph: Graph): Graph {
  return graphOf((inputs) => {
    const values = new Map<Tensor, Tensor>()
    graph.inputs.forEach((x, i) => values.set(x, inputs[i]))
    const known = new Map<string, readonly Tensor[]>()
    for (const node of graph.nodes) {
      const args = node.inputs.map((x) => values.get(x) ?? x)
      const key = `${identityOf(node.primitive)}(${args.map(identityOf).join()})${keyOfParams(node.params)}`
      let outputs = known.get(key)
      if (outputs === undefined) known.set(key, (outputs = rewrite(node, args)))
      outputs.forEach((output, i) => values.set(node.outputs[i], output))
    }
    return graph.outputs.map((x) => values.get(x) ?? x)
  }, graph.inputs)
}

function rewrite({ primitive, params, outputs }: Application, args: readonly Tensor[]): readonly Tensor[] {
  let better: Tensor | undefined
  if (primitive.name === 'matmul') better = thinProduct(args[0], args[1])
  else if (primitive.name === 'scatterAdd' && outputs[0].size === 1)
    better = sumOfOuterProduct(args[0], outputs[0].shape)
  return better === undefined ? bindAll(primitive, args, params) : [better]
}
