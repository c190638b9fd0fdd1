import { bindAll } from '../bind.ts'
import { type AnyPrimitive } from '../primitive.ts'
import { at } from '../ops/indexing.ts'
import { stack } from '../ops/joining.ts'
import { broadcastTo, reshape } from '../ops/shape.ts'
import { zeros } from '../ops/creation.ts'
import type { Tensor, TensorType } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { graphOf } from '../trace.ts'

/** One tensor an example: along a first axis, in a list, or the same for all. */
export interface Examples {
  readonly batched: boolean
  /** Along a first axis; only where it is batched. */
  readonly stacked: () => Tensor
  readonly item: (i: number) => Tensor
}

const once = <T>(compute: () => T): (() => T) => {
  let result: { readonly value: T } | undefined
  return () => (result ??= { value: compute() }).value
}

/** The same tensor for every example. */
export const shared = (x: Tensor): Examples => ({ batched: false, stacked: () => x, item: () => x })

/** The examples along the first axis of x. */
export const stackedExamples = (x: Tensor): Examples => ({
  batched: true,
  stacked: () => x,
  item: (i) => at(x, i),
})

function listed(items: readonly Tensor[], { shape, dtype }: TensorType): Examples {
  const stacked = once(() =>
    items.length > 0 ? stack(items) : zeros([0, ...shape], { dtype: dtype === 'complex128' ? dtype : 'float64' }),
  )
  return { batched: true, stacked, item: (i) => items[i] }
}

/** A closed-over or constant result counts as well: all examples along a first axis. */
export const alongFirstAxis = (examples: Examples, size: number): Tensor => {
  const x = examples.stacked()
  return examples.batched ? x : broadcastTo(x, [size, ...x.shape])
}

/** A graph applied to `size` examples, primitive by primitive; differentiable like any other function. */
export function evaluateBatch(graph: Graph, inputs: readonly Examples[], size: number): Examples[] {
  const known = new Map<Tensor, Examples>()
  graph.inputs.forEach((x, i) => known.set(x, inputs[i]))
  const of = (x: Tensor): Examples => known.get(x) ?? shared(x)
  for (const { primitive, inputs, outputs, params } of graph.nodes) {
    const results = applyBatch({ primitive, types: inputs, outputs, params, size }, inputs.map(of))
    outputs.forEach((output, i) => known.set(output, results[i]))
  }
  return graph.outputs.map(of)
}

/** Which arguments hold `size` examples along a first axis, and which results do: all, unless some are known to be the same for all. */
export interface BatchedParts {
  readonly batched: readonly boolean[]
  readonly size: number
  readonly results?: readonly boolean[]
}

/** The graph that applies `graph` to `size` examples. */
export function batchGraph(
  graph: Graph,
  args: readonly TensorType[],
  { batched, size, results = graph.outputs.map(() => true) }: BatchedParts,
): Graph {
  return graphOf((own) => {
    const inputs = own.map((x, i) => (batched[i] ? stackedExamples(x) : shared(x)))
    const outputs = evaluateBatch(graph, inputs, size)
    return outputs.map((examples, i) => (results[i] ? alongFirstAxis(examples, size) : examples.stacked()))
  }, args)
}

interface Application {
  readonly primitive: AnyPrimitive
  readonly types: readonly TensorType[]
  readonly outputs: readonly TensorType[]
  readonly params: unknown
  readonly size: number
}

function applyBatch(application: Application, args: readonly Examples[]): readonly Examples[] {
  const { primitive, outputs, params, size } = application
  const one = (i: number): readonly Tensor[] =>
    bindAll(
      primitive,
      args.map((arg) => arg.item(i)),
      params,
    )
  if (!args.some(({ batched }) => batched)) return one(0).map(shared)
  const together = applyRule(application, args)
  if (together !== undefined) return together.map(stackedExamples)
  const results = Array.from({ length: size }, (_, i) => one(i))
  return outputs.map((type, k) => listed(results.map((list) => list[k]), type)) // prettier-ignore
}

/** All examples in one application, if the primitive says how. */
function applyRule(
  { primitive, types, params, size }: Application,
  args: readonly Examples[],
): readonly Tensor[] | undefined {
  if (primitive.batch !== undefined) {
    const batched = args.map((arg) => arg.batched)
    return primitive.batch(args.map((arg) => arg.stacked()), { primitive, batched, size, types, params }) // prettier-ignore
  }
  if (primitive.formula === undefined) return undefined
  const rank = Math.max(...types.map(({ shape }) => shape.length))
  const aligned = args.map(({ batched, stacked }, k) => {
    const { shape } = types[k]
    return batched ? reshape(stacked(), [size, ...Array<number>(rank - shape.length).fill(1), ...shape]) : stacked()
  })
  return bindAll(primitive, aligned, params)
}
