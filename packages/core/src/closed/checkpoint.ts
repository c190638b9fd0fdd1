import { lowerGraph } from '../lower.ts'
import { admit, Node, staged, Traced, valueOf } from '../graph.ts'
import { jvp } from '../transformations/jvp.ts'
import { bindAll } from '../bind.ts'
import { closedFunction, type ClosedFunction } from './closed-function.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import { recordRun } from '../transformations/recording.ts'
import type { Tensor } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate, selfContained, graphOf } from '../trace.ts'
import { flatten, unflatten, type Firm, type Loose } from '../tree.ts'
import { vjp } from '../transformations/vjp.ts'

/** What a checkpointed function did, without the numbers; its inputs are the arguments, then what f caught in its closure, then constants. */
type CheckpointParams = {
  readonly f: ClosedFunction
}

/** Applies a function; its rules run it again. */
const checkpointP: Primitive<CheckpointParams> = definePrimitive<CheckpointParams>('checkpoint', {
  type: (_, { f }) => f.outputs,
  kernel: (args, { f }) => evaluate(f.graph, args).map(({ data }) => data),
  lower: (s, args, { params: { f } }) => lowerGraph(s, f.graph, args),
  inner: ({ f }) => f.graph,
  batch: (args, { batched, size, params: { f } }) => bindAll(checkpointP, args, { f: f.batched(batched, size) }),
  jvp: (args, tangents, _, { f }) => jvp(applied(f))(args, tangents).tangent,
  vjp: (args, _, cotangents, { f }) => vjp(applied(f))(args).pullback([...cotangents]),
})

const applied =
  ({ graph }: ClosedFunction) =>
  (args: readonly Tensor[]): readonly Tensor[] =>
    evaluate(graph, args)

/**
 * The same function, whose intermediate results are not kept for the backward pass but computed again in it: one node of the
 * graph, which holds arguments and results alone. Costs one more evaluation of f. Arguments and results may be trees; what f
 * catches in its closure keeps its derivative. Compiled code (`jit`) decides for itself what it keeps.
 */
export function checkpoint<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
): (...args: { [K in keyof A]: Loose<A[K]> }) => Firm<Y> {
  return (...args) => {
    const { leaves: given, structure } = flatten(args, 'checkpoint')
    const leaves = staged(given.map((x) => admit(x, 'checkpoint')))
    const own = unflatten(structure, leaves)
    const { inputs, nodes, output } = recordRun('checkpoint', (x: A) => f(...x), own, [])
    const ran: Graph = { inputs, outputs: output.leaves, ...selfContained(inputs, nodes, output.leaves) }
    return unflatten(output.structure, applyKnown(ran, [...leaves, ...ran.captured])) as Firm<Y>
  }
}

/** One node that stands for a graph that has been run at these inputs; it holds the graph traced anew, without its numbers. */
function applyKnown(ran: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  const values = ran.outputs.map(valueOf)
  if (!inputs.some((x) => x.isTraced)) return values.map((value) => value!)
  const n = ran.inputs.length
  const { value: f, constants } = closedFunction(graphOf((own) => evaluate(ran, own.slice(0, n), own.slice(n)), inputs))
  const node = new Node(checkpointP, [...inputs, ...constants], { f })
  return node.setOutputs(values.map((value, i) => new Traced(f.outputs[i], node, i, value)))
}
