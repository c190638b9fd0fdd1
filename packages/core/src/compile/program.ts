import type { Graph } from '../primitive.ts'
import { canGenerateCode } from '../scalar/can-generate.ts'
import { canRunWasm } from './wasm/can-run-wasm.ts'
import type { CompiledProgram, Layout, Target } from './graph/layout.ts'
import { elementsOf, firstUnlowerable } from '../lower.ts'
import { schedule } from '../scalar/emit-js.ts'
import { compileJs } from './js/target-js.ts'
import { runByKernels } from './interpreter.ts'
import { compileLoopsJs } from './js/target-js-loops.ts'
import { compileLoopsWasm } from './wasm/target-wasm-loops.ts'
import { compileWasm } from './wasm/target-wasm.ts'
import { unroll } from './graph/unrolled.ts'

/**
 * Unrolled JavaScript needs no copies to and from the kernel memory, which small programs would feel; larger ones run faster in
 * WebAssembly, and from their first call.
 */
const mostJsOperations = 400

/** Unrolled WebAssembly is fast up to about here; above, loops over arrays are. */
const mostWasmOperations = 12_000

/** Unrolled code is not even tried for graphs whose arrays are larger than this: building it would take seconds. */
const mostElements = 100_000

export interface CompileOptions {
  /** `loops` keeps arrays whole however small they are. */
  readonly form?: 'loops'
  /** Overrides the choice by size; a target that cannot run here falls back to the next one. */
  readonly target?: Target
}

/**
 * Compiles a graph without captured tensors for flat arrays laid out as `layout` says. Small graphs become JavaScript, larger
 * ones WebAssembly; what cannot be unrolled, and everything where neither can be built, runs by the kernels of its primitives.
 */
export function compileGraph(graph: Graph, layout: Layout, { target, form }: CompileOptions = {}): CompiledProgram {
  const began = performance.now()
  const done = (program: Omit<CompiledProgram, 'compileTime'>): CompiledProgram => ({
    ...program,
    compileTime: performance.now() - began,
  })
  const byKernels = (reason: string): CompiledProgram =>
    done({
      run: runByKernels(graph, layout),
      target: 'interpreter',
      form: 'kernels',
      reason,
      flops: 0,
      codeSize: 0,
      source: '',
    })
  if (target === 'interpreter') return byKernels('the interpreter was asked for')
  const js = canGenerateCode()
  if (!js && !canRunWasm()) return byKernels('this environment forbids generated code')
  const looped = (reason: string): CompiledProgram => {
    if (js && (target === 'js' || !canRunWasm()))
      return done({ ...compileLoopsJs(graph, layout), target: 'js', form: 'loops', reason })
    return done({ ...compileLoopsWasm(graph, layout), target: 'wasm', form: 'loops', reason, source: '' })
  }
  if (form === 'loops') return looped('loops were asked for')
  const missing = firstUnlowerable(graph)
  if (missing !== undefined) return looped(`${missing} has no scalar form`)
  const elements = elementsOf(graph)
  if (elements > mostElements) return looped(`${elements} elements are too many to unroll`)
  const unrolled = unroll(graph)
  const size = schedule(unrolled.program, unrolled.outputs).order.length
  if (size > mostWasmOperations) return looped(`${size} operations are too many to unroll`)
  const preferred = target ?? (size <= mostJsOperations ? 'js' : 'wasm')
  if (js && (preferred === 'js' || !canRunWasm()))
    return done({ ...compileJs(unrolled, layout), target: 'js', form: 'unrolled' })
  return done({ ...compileWasm(unrolled, layout, graph), target: 'wasm', form: 'unrolled', source: '' })
}
