import { lowerGraph, toPairs } from '../../lower.ts'
import type { Graph } from '../../primitive.ts'
import { ScalarProgram, type Scalar } from '../../scalar/scalar-program.ts'
import type { TensorType } from '../../tensor.ts'
import type { CompiledProgram, Layout } from './layout.ts'

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
  readonly types: { readonly inputs: readonly TensorType[]; readonly outputs: readonly TensorType[] }
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
  return { program, outputs, types: { inputs: graph.inputs, outputs: graph.outputs } }
}

/** The outputs that must be stored: an accumulated zero changes nothing. */
export function effectiveOutputs(
  { program, outputs }: Unrolled,
  accumulates: (output: number) => boolean,
): UnrolledOutput[] {
  return outputs.filter(({ output, value }) => !(program.isZero(value) && accumulates(output)))
}

/** A program of straight-line code with `compile`; what it must be refused for is stored as one more output, and looked at after each run. */
export function withChecks<R extends Pick<CompiledProgram, 'run'>>(
  unrolled: Unrolled,
  layout: Layout,
  compile: (unrolled: Unrolled, layout: Layout) => R,
): R {
  const { program, outputs, types } = unrolled
  const values = program.checks.flatMap((check) => check.values)
  if (program.checks.length === 0) return compile(unrolled, layout)
  const output = types.outputs.length
  const compiled = compile(
    {
      program,
      outputs: [...outputs, ...values.map((value, index) => ({ output, index, value }))],
      types: { inputs: types.inputs, outputs: [...types.outputs, { shape: [values.length], dtype: 'float64' }] },
    },
    {
      parameters: [...layout.parameters, 'checked'],
      inputs: layout.inputs,
      outputs: [...layout.outputs, { parameter: 'checked' }],
    },
  )
  const checked = new Float64Array(values.length)
  const run: CompiledProgram['run'] = (...args) => {
    compiled.run(...args, checked)
    let start = 0
    for (const check of program.checks) check.refuse(checked.slice(start, (start += check.values.length)))
  }
  return { ...compiled, run }
}
