import { showType, type Tensor } from '../../tensor.ts'
import { type Graph } from '../../primitive.ts'
import { evaluate, graphOf } from '../../trace.ts'

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

/** Arrays that were seen, by a hash of their numbers. */
const interned = new Map<number, WeakRef<Int32Array | Float64Array>[]>()

/** A number that is the same for arrays with the same content. */
function contentIdentity(array: Int32Array | Float64Array): number {
  const known = contentIdentities.get(array)
  if (known !== undefined) return known
  let hash = array.length
  for (let i = 0; i < array.length; i++) hash = (Math.imul(hash, 31) + array[i]) | 0
  const candidates = (interned.get(hash) ?? []).filter((reference) => reference.deref() !== undefined)
  const found = candidates.map((reference) => reference.deref()!).find((other) => sameContent(other, array))
  if (found === undefined) candidates.push(new WeakRef(array))
  interned.set(hash, candidates)
  const identity = found === undefined ? identityOf(array) : contentIdentity(found)
  contentIdentities.set(array, identity)
  return identity
}

const contentIdentities = new WeakMap<Int32Array | Float64Array, number>()

function sameContent(a: Int32Array | Float64Array, b: Int32Array | Float64Array): boolean {
  if (a.constructor !== b.constructor || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** Params as text: data by content, anything else by identity. */
export function keyOfParams(params: unknown): string {
  if (typeof params === 'function') return `#${identityOf(params)}`
  if (typeof params !== 'object' || params === null) return String(params)
  if (params instanceof Int32Array || params instanceof Float64Array) return `<${contentIdentity(params)}>`
  if (isGraph(params)) return keyOfGraph(params)
  if (Array.isArray(params)) return `[${params.map(keyOfParams).join(',')}]`
  if (Object.getPrototypeOf(params) !== Object.prototype) return `#${identityOf(params)}`
  return `{${Object.entries(params)
    .map(([name, value]) => `${name}:${keyOfParams(value)}`)
    .join(',')}}`
}

const isGraph = (x: object): x is Graph => 'nodes' in x && 'captured' in x && 'outputs' in x

/** A graph inside the params of a node, with the numbers of its constants. */
function keyOfGraph(graph: Graph): string {
  const { key, constants } = skeletonOf(graph)
  const values = constants.map((x) => (x.dtype === 'opaque' || x.isTraced ? identityOf(x) : contentIdentity(x.data)))
  return `graph(${key}|${values.join(',')})`
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
  return graphOf(
    (args) => evaluate(graph, args.slice(0, n), [], new Map(constants.map((x, i) => [x, args[n + i]]))),
    [...graph.inputs, ...constants],
  )
}
