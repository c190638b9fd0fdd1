/** A graph up to its constants, as a key under which it is found again. */
import { identityOf, keyOf } from '../identity.ts'
import type { AnyPrimitive, Application, Graph } from '../primitive.ts'
import { Opaque, showType, Tensor } from '../tensor.ts'
import { evaluate, graphOf } from '../trace.ts'

/** A graph up to the values of its constants: equal keys mean that one graph computes both, given the constants. */
export interface Skeleton {
  readonly key: string
  /** The plain tensors that the nodes use, in the order of their first use. */
  readonly constants: readonly Tensor[]
}

/** The skeleton of a graph without captured tensors. */
export function skeletonOf(graph: Graph): Skeleton {
  const names = new Map<Tensor, string>()
  const constants: Tensor[] = []
  graph.inputs.forEach((x, i) => names.set(x, `i${i}`))
  const nameOf = (x: Tensor): string => {
    let name = names.get(x)
    if (name === undefined) {
      name = `c${constants.length}`
      names.set(x, name)
      constants.push(x)
    }
    return name
  }
  const lines = graph.nodes.map((node, n) => {
    const line = `${identityOf(node.primitive)}(${node.inputs.map(nameOf).join(',')})${keyOf(node.params)}`
    node.outputs.forEach((output, i) => names.set(output, `n${n}.${i}`))
    return line
  })
  const outputs = graph.outputs.map(nameOf).join(',')
  const types = [...graph.inputs, ...constants].map(showType).join(' ')
  return { key: `${types}\n${lines.join('\n')}\n${outputs}`, constants }
}

/** The same graph with `constants` as further inputs, after its own. */
export function liftConstants(graph: Graph, constants: readonly Tensor[]): Graph {
  const n = graph.inputs.length
  return graphOf(
    (args) => evaluate(graph, args.slice(0, n), [], new Map(constants.map((x, i) => [x, args[n + i]]))),
    [...graph.inputs, ...constants],
  )
}

/**
 * The same graph in which every handle that is a constant (a factorization of a constant matrix) is made by the application that
 * made it: its matrix is then a constant like any other, and may become an input.
 */
export function withHandlesMade(graph: Graph): Graph {
  const made = new Map<Tensor, Application>()
  const drawIn = (x: Tensor): void => {
    if (!(x instanceof Opaque) || x.origin === undefined || made.has(x)) return
    const { inputs, params, index } = x.origin
    const primitive = x.origin.primitive as AnyPrimitive
    inputs.forEach(drawIn)
    const outputs = primitive
      .type(inputs, params)
      .map((type, i) => (i === index ? x : new Tensor(type.shape, type.dtype, undefined)))
    made.set(x, { primitive, inputs, params, outputs })
  }
  for (const { inputs } of graph.nodes) inputs.forEach(drawIn)
  graph.outputs.forEach(drawIn)
  return made.size === 0 ? graph : { ...graph, nodes: [...made.values(), ...graph.nodes] }
}
