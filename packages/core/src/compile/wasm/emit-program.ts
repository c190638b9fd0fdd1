import type { Graph } from '../../primitive.ts'
import { lengthOf, type Tensor } from '../../tensor.ts'
import { noteCompilation } from '../graph/compilations.ts'
import { chooseForm } from '../graph/choose-form.ts'
import { simplify } from '../graph/simplify.ts'
import { planArrays, type ArrayPlan } from '../loops/array-plan.ts'
import { emitCopy } from './emit-copy-wasm.ts'
import { emitStep, hostStep } from './emit-step-wasm.ts'
import { emitUnrolled } from './emit-unrolled-wasm.ts'
import type { Imports } from './module-builder.ts'
import type { ArrayPlace, InputPlace, Places } from './places.ts'
import { ProgramMemory } from './program-memory.ts'
import type { Regions } from './residency.ts'
import type { FunctionBuilder } from './wasm-writer.ts'

/** The module that gets the code, and who holds the kernel memory that it works in. */
export interface EmitContext {
  readonly imports: Imports
  /** Loops keep their arrays, constants and tables here: the module is of no use once they are freed. */
  readonly regions: Regions
}

export interface EmittedProgram {
  readonly form: 'unrolled' | 'loops'
  /** Arithmetic operations and function calls of one run. */
  readonly flops: number
}

/**
 * Writes a graph without captured tensors into a function of any module, in the form that its size asks for. Inputs may lie over
 * each other, and so may outputs that accumulate; an output must not lie over an input.
 *
 * @param places where the function finds the inputs and leaves the outputs.
 * @returns undefined, with nothing written, where the graph needs the host: for handles, for kernels, and for what a `guard` looks at.
 * @throws KernelMemoryError if there is no room for the arrays of loops; the function is of no use then.
 */
export function emitProgram(
  code: FunctionBuilder,
  graph: Graph,
  places: Places,
  context: EmitContext,
): EmittedProgram | undefined {
  if ([...graph.inputs, ...graph.outputs].some(({ dtype }) => dtype === 'opaque')) return undefined
  const choice = chooseForm(graph)
  if (choice.form === 'unrolled') {
    const { unrolled } = choice
    if (unrolled.program.checks.length > 0) return undefined
    noteCompilation()
    return { form: 'unrolled', flops: emitUnrolled(code, unrolled, places, context.imports) }
  }
  const simple = simplify(graph)
  const plan = planArrays(simple)
  if (plan.steps.some((step) => hostStep(step) !== undefined)) return undefined
  noteCompilation()
  return { form: 'loops', flops: emitLoops(code, { graph: simple, plan }, places, context) }
}

/** Inputs into the workspace, the steps there, and outputs out of it. */
function emitLoops(
  code: FunctionBuilder,
  { graph, plan }: { readonly graph: Graph; readonly plan: ArrayPlan },
  { inputs, outputs }: Places,
  { imports, regions }: EmitContext,
): number {
  const memory = new ProgramMemory(plan, regions)
  const placeOf = (x: Tensor): ArrayPlace => ({ offset: memory.addressOf(plan.rootOf(x)) })
  const read = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs])
  graph.inputs.forEach((x, i) => read.has(x) && emitInput(code, lengthOf(x), inputs[i], placeOf(x)))
  const flops = plan.steps.reduce((sum, step) => sum + emitStep(code, step, { plan, memory, imports }), 0)
  graph.outputs.forEach((x, i) => emitCopy(code, lengthOf(x), placeOf(x), outputs[i]))
  return flops
}

function emitInput(code: FunctionBuilder, count: number, from: InputPlace, to: ArrayPlace): void {
  if ('local' in from) code.int(0).get(from.local).storeFloat(to.offset)
  else emitCopy(code, count, from, to)
}
