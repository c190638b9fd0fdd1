import { CompiledGraph } from '../closed/call.ts'
import { firstUnlowerable } from '../lower.ts'
import { lengthOf, zerosOfType, type Tensor, type TensorType } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate, graphOf } from '../trace.ts'
import { typeOf } from './carry.ts'
import { pick, pulled, pushed, spread } from './derivatives.ts'

/** Two closed graphs with the same inputs and the same types of outputs, compiled when they are first taken. */
export class Branches {
  readonly types: readonly TensorType[]
  readonly #graphs: readonly [onFalse: Graph, onTrue: Graph]
  readonly #compiled: readonly [CompiledGraph, CompiledGraph]
  readonly #derived = new Map<string, Branches>()

  constructor(onTrue: Graph, onFalse: Graph) {
    this.types = onTrue.outputs.map(typeOf)
    this.#graphs = [onFalse, onTrue]
    this.#compiled = [new CompiledGraph(onFalse), new CompiledGraph(onTrue)]
  }

  /** The numbers that the branch gives that is taken. */
  run(taken: boolean, args: readonly Tensor[]): Float64Array[] {
    const graph = this.#graphs[Number(taken)]
    const byKernels = (): Float64Array[] => evaluate(graph, args).map(({ data }) => data)
    if (firstUnlowerable(graph) !== undefined) return byKernels()
    const { program } = this.#compiled[Number(taken)]
    if (program.target === 'interpreter') return byKernels()
    const outputs = this.types.map((type) => new Float64Array(lengthOf(type)))
    program.run(...args.map(({ data }) => data), ...outputs)
    return outputs
  }

  /** (args, tangents of the active ones) ↦ tangents of the results */
  tangent(active: readonly boolean[]): Branches {
    return this.#derive(`tangent ${active.join()}`, (graph) => {
      const m = graph.inputs.length
      return graphOf(
        (inputs) => pushed(graph, inputs.slice(0, m), active, inputs.slice(m)).tangent,
        [...graph.inputs, ...pick(graph.inputs, active)],
      )
    })
  }

  /** (args, cotangents of the seeded results) ↦ cotangents of the active args */
  adjoint(active: readonly boolean[], seeded: readonly boolean[]): Branches {
    return this.#derive(`adjoint ${active.join()} ${seeded.join()}`, (graph) => {
      const m = graph.inputs.length
      return graphOf(
        (inputs) => {
          const cotangents = spread(seeded, inputs.slice(m), (i) => zerosOfType(this.types[i]))
          return pulled(graph, inputs.slice(0, m), active, cotangents)
        },
        [...graph.inputs, ...pick(this.types, seeded)],
      )
    })
  }

  #derive(name: string, of: (graph: Graph) => Graph): Branches {
    let branches = this.#derived.get(name)
    if (branches === undefined) {
      const [onFalse, onTrue] = this.#graphs
      this.#derived.set(name, (branches = new Branches(of(onTrue), of(onFalse))))
    }
    return branches
  }
}
