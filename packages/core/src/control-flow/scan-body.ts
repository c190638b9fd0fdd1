import type { CompiledProgram } from '../compile/graph/layout.ts'
import { firstUnlowerable } from '../lower.ts'
import { compileGraph } from '../compile/program.ts'
import { lengthOf, type TensorType } from '../tensor.ts'
import type { Graph } from '../primitive.ts'
import { typeOf } from './carry.ts'

/**
 * One step of a scan as a closed graph, (carry, x, constants) ↦ (carry, y), with its program and all bodies that are derived
 * from it. They are made when they are first asked for.
 */
export class ScanBody {
  readonly graph: Graph
  readonly carry: readonly TensorType[]
  readonly xs: readonly TensorType[]
  readonly constants: readonly TensorType[]
  readonly ys: readonly TensorType[]
  #program: CompiledProgram | undefined
  #runsByKernels: boolean | undefined
  readonly #derived = new Map<string, ScanBody>()

  constructor(graph: Graph, carryCount: number, xCount: number) {
    this.graph = graph
    this.carry = graph.inputs.slice(0, carryCount).map(typeOf)
    this.xs = graph.inputs.slice(carryCount, carryCount + xCount).map(typeOf)
    this.constants = graph.inputs.slice(carryCount + xCount).map(typeOf)
    this.ys = graph.outputs.slice(carryCount).map(typeOf)
  }

  /**
   * (c, d, x₀, i₀, …, k₀, …, y₀, o₀, …): the carry in c, one leaf after the other, the next one to d; x at its start index, y
   * to its own. Undefined if the step runs by the kernels of its primitives: handles and factorizations then live as long as the loop.
   */
  get program(): CompiledProgram | undefined {
    if ((this.#runsByKernels ??= firstUnlowerable(this.graph) !== undefined)) return undefined
    this.#program ??= compileStep(this)
    return this.#program.target === 'interpreter' ? undefined : this.#program
  }

  /** The body of this name that is derived from this one, made once. */
  derived(name: string, make: () => ScanBody): ScanBody {
    let body = this.#derived.get(name)
    if (body === undefined) this.#derived.set(name, (body = make()))
    return body
  }
}

function compileStep({ graph, carry, xs, constants, ys }: ScanBody): CompiledProgram {
  const offsets = offsetsOf(carry)
  const pairs = (list: readonly TensorType[], data: string, start: string): string[] =>
    list.flatMap((_, i) => [`${data}${i}`, `${start}${i}`])
  return compileGraph(graph, {
    parameters: ['c', 'd', ...pairs(xs, 'x', 'i'), ...constants.map((_, i) => `k${i}`), ...pairs(ys, 'y', 'o')],
    inputs: [
      ...offsets.map((offset) => ({ parameter: 'c', offset })),
      ...xs.map((_, i) => ({ parameter: `x${i}`, start: `i${i}` })),
      ...constants.map((_, i) => ({ parameter: `k${i}` })),
    ],
    outputs: [
      ...offsets.map((offset) => ({ parameter: 'd', offset })),
      ...ys.map((_, i) => ({ parameter: `y${i}`, start: `o${i}` })),
    ],
  })
}

/** Where each of these tensors starts when they stand one after the other. */
export function offsetsOf(types: readonly TensorType[]): number[] {
  let next = 0
  return types.map((type) => {
    const offset = next
    next += lengthOf(type)
    return offset
  })
}
