import { showType, type Tensor } from '../tensor.ts'
import { evaluate, trace, type Graph } from '../trace.ts'

/** A graph up to the values of its constants: equal keys mean that one graph computes both, given the constants. */
export interface Skeleton {
  readonly key: string
  /** The plain tensors that the nodes use, in the order of their first use. */
  readonly constants: readonly Tensor[]
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0

/** A number of its own for every object. */
export function identityOf(x: object): number {
  let identity = identities.get(x)
  if (identity === undefined) identities.set(x, (identity = ++lastIdentity))
  return identity
}

/** Params as text: data by content, anything else by identity. */
export function keyOfParams(params: unknown): string {
  if (typeof params === 'function') return `#${identityOf(params)}`
  if (typeof params !== 'object' || params === null) return String(params)
  if (params instanceof Int32Array || params instanceof Float64Array) return `<${params.join(',')}>`
  if (Array.isArray(params)) return `[${params.map(keyOfParams).join(',')}]`
  if (Object.getPrototypeOf(params) !== Object.prototype) return `#${identityOf(params)}`
  return `{${Object.entries(params)
    .map(([name, value]) => `${name}:${keyOfParams(value)}`)
    .join(',')}}`
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
    const line = `${identityOf(node.primitive)}(${node.inputs.map(nameOf).join(',')})${keyOfParams(node.params)}`
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
  return trace(
    (args) => evaluate(graph, args.slice(0, n), [], new Map(constants.map((x, i) => [x, args[n + i]]))),
    [...graph.inputs, ...constants],
  )
}
