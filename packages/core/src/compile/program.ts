import { KernelMemoryError } from '@cad/kernels'
import { CadError } from '../errors.ts'
import { noteCompilation } from './graph/compilations.ts'
import type { Graph } from '../primitive.ts'
import { canGenerateCode } from '../scalar/can-generate.ts'
import { chooseForm } from './graph/choose-form.ts'
import type { CompiledProgram, Layout, Target } from './graph/layout.ts'
import { withChecks } from './graph/unrolled.ts'
import { runByKernels } from './interpreter.ts'
import { compileLoopsJs } from './js/target-js-loops.ts'
import { compileJs } from './js/target-js.ts'
import { canRunWasm } from './wasm/can-run-wasm.ts'
import { compileLoopsWasm } from './wasm/target-wasm-loops.ts'
import { compileWasm } from './wasm/target-wasm.ts'

/**
 * Unrolled JavaScript needs no copies to and from the kernel memory, which small programs would feel; larger ones run faster in
 * WebAssembly, and from their first call.
 */
const mostJsOperations = 400

export type CompileOptions = {
  /** `loops` keeps arrays whole however small they are. */
  readonly form?: 'loops'
  /** Overrides the choice by size; a target that cannot run here falls back to the next one. */
  readonly target?: Target
}

/**
 * Compiles a graph without captured tensors for flat arrays laid out as `layout` says. Small graphs become JavaScript, larger
 * ones WebAssembly; what cannot be unrolled, and everything where neither can be built, runs by the kernels of its primitives.
 *
 * @throws CadError if it needs more memory than there is.
 */
export function compileGraph(graph: Graph, layout: Layout, options: CompileOptions = {}): CompiledProgram {
  const began = performance.now()
  const program = chooseAndBuild(graph, layout, options)
  noteCompilation()
  return { ...program, compileTime: performance.now() - began }
}

type Built = Omit<CompiledProgram, 'compileTime'>

function chooseAndBuild(graph: Graph, layout: Layout, { target, form }: CompileOptions): Built {
  if (target === 'interpreter') return byKernels(graph, layout, 'the interpreter was asked for')
  const js = canGenerateCode()
  if (!js && !canRunWasm()) return byKernels(graph, layout, 'this environment forbids generated code')
  const looped = (reason: string): Built => buildLoops(graph, layout, reason, target)
  if (form === 'loops') return looped('loops were asked for')
  const choice = chooseForm(graph)
  if (choice.form === 'loops') return looped(choice.reason)
  const { unrolled, size } = choice
  const preferred = target ?? (size <= mostJsOperations ? 'js' : 'wasm')
  if (js && (preferred === 'js' || !canRunWasm()))
    return { ...withChecks(unrolled, layout, compileJs), target: 'js', form: 'unrolled' }
  return { ...withChecks(unrolled, layout, compileWasm), target: 'wasm', form: 'unrolled', source: '' }
}

function byKernels(graph: Graph, layout: Layout, reason: string): Built {
  const run = runByKernels(graph, layout)
  return { run, target: 'interpreter', form: 'kernels', reason, flops: 0, codeSize: 0, source: '' }
}

/** In WebAssembly if that may be and the kernel memory has room, else in JavaScript. */
function buildLoops(graph: Graph, layout: Layout, reason: string, target: Target | undefined): Built {
  const js = canGenerateCode()
  if (!canRunWasm() || (js && target === 'js'))
    return { ...compileLoopsJs(graph, layout), target: 'js', form: 'loops', reason }
  try {
    return { ...compileLoopsWasm(graph, layout), target: 'wasm', form: 'loops', reason, source: '' }
  } catch (error) {
    if (!(error instanceof KernelMemoryError)) throw error
    if (!js) throw noRoom(error)
    const why = `${reason}; the kernel memory has no room for its arrays`
    return { ...compileLoopsJs(graph, layout), target: 'js', form: 'loops', reason: why }
  }
}

const noRoom = (error: KernelMemoryError): CadError =>
  new CadError(
    `jit: the compiled loops need more memory than there is (${error.message}) ` +
      "Work on a part of the data at a time, or call the function without jit, or with target: 'interpreter'.",
  )
