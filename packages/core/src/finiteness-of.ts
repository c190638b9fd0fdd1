/** Walks graphs for `finiteness.ts`. */
import { bySwitching, tame, unboundedAtPoles, withoutSwitches, type Finiteness } from './finiteness.ts'
import { Traced, valueOf, type Node } from './graph.ts'
import type { Application, Graph } from './primitive.ts'
import type { Tensor } from './tensor.ts'

const known = new WeakMap<Tensor, Finiteness>()

/** What is known of a tensor: of a constant from its numbers, of a traced one from the operations that it came from. */
export function finitenessOf(x: Tensor): Finiteness {
  const found = known.get(x)
  if (found !== undefined) return found
  if (!(x instanceof Traced)) return remember(x, finitenessOfNumbers(x))
  // Histories may be longer than the host's stack is deep.
  const pending: Node[] = [x.node]
  while (pending.length > 0) {
    const node = pending[pending.length - 1]
    const before = node.inputs.filter((input) => input instanceof Traced && !known.has(input)) as Traced[]
    if (before.length > 0) pending.push(...before.map((input) => input.node))
    else {
      pending.pop()
      const own = finitenessOfNode(node, node.inputs.map(finitenessOf))
      for (const output of node.outputs) known.set(output, own)
    }
  }
  return known.get(x)!
}

function remember(x: Tensor, finiteness: Finiteness): Finiteness {
  known.set(x, finiteness)
  return finiteness
}

/** A zero among numbers that are there may be one that a mask or an index has left. */
function finitenessOfNumbers(x: Tensor): Finiteness {
  if (x.dtype === 'opaque') return tame
  const { data } = x
  for (const number of data) if (!Number.isFinite(number)) return unboundedAtPoles(bySwitching(tame))
  return data.includes(0) ? bySwitching(tame) : tame
}

function finitenessOfNode(
  { primitive, inputs, params }: Pick<Application, 'primitive' | 'inputs' | 'params'>,
  args: readonly Finiteness[],
): Finiteness {
  const all = args.reduce((joined, own) => joined | own, tame)
  const inner = primitive.inner?.(params)
  const own = inner === undefined ? all : all | finitenessOfGraph(inner)
  return primitive.finiteness?.(own, inputs, params) ?? own
}

const ofGraphs = new WeakMap<Graph, Finiteness>()

/** What a graph may add to what its arguments have. */
export function finitenessOfGraph(graph: Graph): Finiteness {
  let found = ofGraphs.get(graph)
  if (found === undefined) {
    found = graph.nodes.reduce(
      (joined, node) => joined | finitenessOfNode(node, [joined]),
      constantsOf(graph).reduce((joined, x) => joined | finitenessOf(x), tame),
    )
    ofGraphs.set(graph, found)
  }
  return found
}

const constantsOf = ({ nodes, outputs }: Graph): Tensor[] =>
  [...nodes.flatMap(({ inputs }) => inputs), ...outputs].filter((x) => !x.isTraced)

/** What is known of arguments and seeds of a derivative: those that are there are looked at, traced ones are judged by their graph. */
export const finitenessOfInputs = (args: readonly Tensor[], seeds: readonly Tensor[]): Finiteness =>
  args.reduce((joined, x) => joined | withoutSwitches(finitenessOf(valueOf(x) ?? x)), finitenessOfSeeds(seeds))

export const finitenessOfSeeds = (seeds: readonly Tensor[]): Finiteness =>
  seeds.reduce((joined, seed) => joined | finitenessOf(valueOf(seed) ?? seed), tame)
