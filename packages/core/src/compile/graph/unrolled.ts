import type { Graph } from '../../primitive.ts'
import { lowerGraph, toPairs } from '../../lower.ts'
import { ScalarProgram, type Scalar } from '../../scalar/scalar-program.ts'

/** One number of an output. */
export interface UnrolledOutput {
  readonly output: number
  readonly index: number
  readonly value: Scalar
}

/** A graph as straight-line scalar code; input slot i of the program is input i of the graph. */
export interface Unrolled {
  readonly program: ScalarProgram
  readonly outputs: readonly UnrolledOutput[]
}

/** Lowers a graph element by element. */
export function unroll(graph: Graph): Unrolled {
  const program = new ScalarProgram({ isCareful: false })
  const inputs = graph.inputs.map((x, i) => toPairs(program, x, (offset) => program.input(i, offset)))
  const outputs: UnrolledOutput[] = []
  lowerGraph(program, graph, inputs).forEach((elements, output) => {
    const isComplex = graph.outputs[output].dtype === 'complex128'
    elements.forEach(({ re, im }, i) => {
      outputs.push({ output, index: isComplex ? 2 * i : i, value: re })
      if (isComplex) outputs.push({ output, index: 2 * i + 1, value: im })
    })
  })
  return { program, outputs }
}

/** The outputs that must be stored: an accumulated zero changes nothing. */
export function effectiveOutputs(
  { program, outputs }: Unrolled,
  accumulates: (output: number) => boolean,
): UnrolledOutput[] {
  return outputs.filter(({ output, value }) => !(value === program.zero && accumulates(output)))
}
