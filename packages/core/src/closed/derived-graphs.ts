/** Graphs that are made of a closed graph: its tangent, its adjoint, and its parts. */
import { tame, type Finiteness } from '../finiteness.ts'
import { knownAs } from '../ops/known-as.ts'
import type { Graph } from '../primitive.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { evaluate, graphOf } from '../trace.ts'
import { jvp } from '../transformations/jvp.ts'
import { vjp } from '../transformations/vjp.ts'
import { chosen, spread } from './applicable.ts'

type Apply = (args: readonly Tensor[]) => readonly Tensor[]

const isNumeric = ({ dtype }: Tensor): boolean => dtype !== 'opaque'

/** f as a function of the flagged arguments alone, with the others at their place. */
export const restricted =
  (f: Apply, args: readonly Tensor[], active: readonly boolean[]): Apply =>
  (own) =>
    f(spread(active, own, (i) => args[i]))

const applied =
  (graph: Graph): Apply =>
  (args) =>
    evaluate(graph, args)

/** Outputs of a closed graph and their tangents, for tangents of its active inputs. */
export function pushed(
  graph: Graph,
  args: readonly Tensor[],
  active: readonly boolean[],
  tangents: readonly Tensor[],
): { readonly value: readonly Tensor[]; readonly tangent: readonly Tensor[] } {
  return jvp(restricted(applied(graph), args, active))(chosen(args, active), tangents)
}

/** Cotangents of the active inputs of a closed graph, for cotangents of all its outputs. */
export function pulled(
  graph: Graph,
  args: readonly Tensor[],
  active: readonly boolean[],
  cotangents: readonly Tensor[],
): readonly Tensor[] {
  return vjp(restricted(applied(graph), args, active))(chosen(args, active)).pullback(cotangents)
}

/** (args, tangents of the active ones) ↦ tangents of the outputs that are numbers */
export function tangentGraph(graph: Graph, active: readonly boolean[], inputsAre: Finiteness = tame): Graph {
  const m = graph.inputs.length
  return graphOf(
    (inputs) => {
      const known = inputs.map((x) => knownAs(x, inputsAre))
      const { tangent } = pushed(graph, known.slice(0, m), active, known.slice(m))
      return tangent.filter((_, i) => isNumeric(graph.outputs[i]))
    },
    [...graph.inputs, ...chosen(graph.inputs, active)],
  )
}

/** (args, cotangents of the seeded outputs) ↦ cotangents of the active args */
export function adjointGraph(
  graph: Graph,
  active: readonly boolean[],
  seeded: readonly boolean[],
  inputsAre: Finiteness = tame,
): Graph {
  const m = graph.inputs.length
  return graphOf(
    (inputs) => {
      const known = inputs.map((x) => knownAs(x, inputsAre))
      const cotangents = spread(seeded, known.slice(m), (i) => zerosOfType(graph.outputs[i]))
      return pulled(graph, known.slice(0, m), active, cotangents)
    },
    [...graph.inputs, ...chosen(graph.outputs, seeded)],
  )
}

/** Which outputs depend on the flagged inputs. */
export function dependence({ inputs, nodes, outputs }: Graph, flags: readonly boolean[]): readonly boolean[] {
  const depends = new Set<Tensor>(inputs.filter((_, i) => flags[i]))
  for (const node of nodes) if (node.inputs.some((x) => depends.has(x))) node.outputs.forEach((x) => depends.add(x))
  return outputs.map((x) => depends.has(x))
}

/** The same graph with some of its outputs, and what they need. */
export const withOutputs = (graph: Graph, start: number, end?: number): Graph =>
  graphOf((inputs) => evaluate(graph, inputs).slice(start, end), graph.inputs)

/** Two closed graphs as one: `common` inputs that both take, then the other inputs of each; the outputs of both. */
export function together(a: Graph, b: Graph, common: number): Graph {
  const n = a.inputs.length
  return graphOf(
    (inputs) => [...evaluate(a, inputs.slice(0, n)), ...evaluate(b, [...inputs.slice(0, common), ...inputs.slice(n)])],
    [...a.inputs, ...b.inputs.slice(common)],
  )
}
