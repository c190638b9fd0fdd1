import { jvp } from '../transformations/jvp.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { lengthOf, type TensorType } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate, graphOf } from '../trace.ts'
import { vjp } from '../transformations/vjp.ts'
import { lowerGraph } from '../lower.ts'
import { plainLayout, type CompiledProgram } from '../compile/graph/layout.ts'
import { compileGraph, type CompileOptions } from '../compile/program.ts'

/** A closed graph that is applied as one node, compiled at its first use; so are the graphs of its derivatives. */
export class CompiledGraph {
  readonly graph: Graph
  readonly #options: CompileOptions
  #program: CompiledProgram | undefined
  #jvp: CompiledGraph | undefined
  #vjp: CompiledGraph | undefined

  constructor(graph: Graph, options: CompileOptions = {}) {
    this.graph = graph
    this.#options = options
  }

  get program(): CompiledProgram {
    return (this.#program ??= compileGraph(this.graph, plainLayout(this.graph), this.#options))
  }

  /** (args, tangents) ↦ tangents of the outputs. */
  get jvp(): CompiledGraph {
    const { inputs } = this.graph
    this.#jvp ??= new CompiledGraph(
      graphOf(
        (args) =>
          jvp((x: readonly Tensor[]) => evaluate(this.graph, x))(
            args.slice(0, inputs.length),
            args.slice(inputs.length),
          ).tangent,
        [...inputs, ...inputs],
      ),
      this.#options,
    )
    return this.#jvp
  }

  /** (args, cotangents of the outputs) ↦ cotangents of the args. */
  get vjp(): CompiledGraph {
    const { inputs, outputs } = this.graph
    this.#vjp ??= new CompiledGraph(
      graphOf(
        (args) =>
          vjp((x: readonly Tensor[]) => evaluate(this.graph, x))(args.slice(0, inputs.length)).pullback(
            args.slice(inputs.length),
          ),
        [...inputs, ...outputs] as TensorType[],
      ),
      this.#options,
    )
    return this.#vjp
  }
}

const callP: Primitive<CompiledGraph> = definePrimitive<CompiledGraph>('call', {
  type: (_, { graph }) => graph.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
  kernel: (args, { program }, types) => {
    const outputs = types.map((type) => new Float64Array(lengthOf(type)))
    program.run(...args.map(({ data }) => data), ...outputs)
    return outputs
  },
  lower: (s, args, { params: { graph } }) => lowerGraph(s, graph, args),
  inner: ({ graph }) => graph,
  jvp: (args, tangents, _, compiled) => callGraph(compiled.jvp, [...args, ...tangents]),
  vjp: (args, _, cotangents, compiled) => callGraph(compiled.vjp, [...args, ...cotangents]),
})

/** Applies a compiled graph; its arguments must have the types of its inputs. */
export function callGraph(compiled: CompiledGraph, args: readonly Tensor[]): readonly Tensor[] {
  return bindAll(callP, args, compiled)
}
