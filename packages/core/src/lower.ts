/** Graphs as scalar code, element by element. */
import { lengthOf, sizeOf, type Tensor, type TensorType } from './tensor.ts'
import type { Graph } from './primitive.ts'
import type { Pair } from './scalar/complex-scalar.ts'
import type { Scalar, ScalarProgram } from './scalar/scalar-program.ts'

/** The first primitive of a graph, or of a graph that it applies, that has no scalar form, by name; undefined if all have one. */
export function firstUnlowerable(graph: Graph): string | undefined {
  for (const { primitive, params } of graph.nodes) {
    if (primitive.lower === undefined) return primitive.name
    const inner = primitive.inner?.(params)
    const missing = inner && firstUnlowerable(inner)
    if (missing !== undefined) return missing
  }
  return undefined
}

/** Numbers in the outputs of all nodes, those of applied graphs included. */
export function elementsOf(graph: Graph): number {
  return graph.nodes.reduce((sum, { primitive, params, outputs }) => {
    const inner = primitive.inner?.(params)
    return sum + (inner ? elementsOf(inner) : lengthOf(outputs[0]))
  }, 0)
}

/** The outputs of a closed graph as scalar code, element by element, for inputs that are scalar code already. */
export function lowerGraph(s: ScalarProgram, graph: Graph, inputs: readonly (readonly Pair[])[]): (readonly Pair[])[] {
  const lowered = new Map<Tensor, readonly Pair[]>()
  graph.inputs.forEach((x, i) => lowered.set(x, inputs[i]))
  const of = (x: Tensor): readonly Pair[] => {
    let result = lowered.get(x)
    if (result === undefined) lowered.set(x, (result = toPairs(s, x, (i) => s.constant(x.data[i]))))
    return result
  }
  for (const { primitive, inputs: args, outputs, params } of graph.nodes) {
    const list = primitive.lower!(s, args.map(of), { args, type: outputs[0], params })
    outputs.forEach((output, i) =>
      lowered.set(output, output.dtype === 'float64' ? list[i].map(({ re }) => ({ re, im: s.zero })) : list[i]),
    )
  }
  return graph.outputs.map(of)
}

/** The elements of a tensor as scalar code, where `scalar(i)` is number i of its interleaved data. */
export function toPairs(
  s: ScalarProgram,
  { shape, dtype }: TensorType,
  scalar: (i: number) => Scalar,
): readonly Pair[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) =>
    dtype === 'complex128' ? { re: scalar(2 * i), im: scalar(2 * i + 1) } : { re: scalar(i), im: s.zero },
  )
}
