import type { Graph } from '../../primitive.ts'
import { planArrays, type ArrayPlan } from '../loops/array-plan.ts'
import { emitStep, hostStep } from './emit-step-wasm.ts'
import type { CompiledProgram, Layout } from '../graph/layout.ts'
import { simplify } from '../graph/simplify.ts'
import { ProgramMemory } from './program-memory.ts'
import { enter, free, nextRun, type Regions, type Resident } from './residency.ts'
import { instantiate } from './instantiate.ts'
import { ModuleBuilder } from './module-builder.ts'
import { KernelRunner, throughWorkspace } from '../loops/workspace.ts'

/**
 * A graph as loops and kernel calls in WebAssembly, in regions of the kernel memory. They may be taken from it when others need the
 * room: then it is built again at its next run.
 */
export function compileLoopsWasm(
  graph: Graph,
  layout: Layout,
): Pick<CompiledProgram, 'run' | 'flops' | 'codeSize' | 'release'> & { readonly body: () => void } {
  const program = new LoopProgram(graph, layout)
  return { run: program.run, body: program.body, release: program.release, ...program.facts }
}

interface BuiltLoops extends Pick<CompiledProgram, 'flops' | 'codeSize'> {
  readonly run: (args: Parameters<CompiledProgram['run']>) => void
  readonly body: () => void
}

class LoopProgram implements Resident {
  readonly regions: Regions = { addresses: [], bytes: 0 }
  lastRun = 0
  readonly facts: Pick<CompiledProgram, 'flops' | 'codeSize'>
  readonly #graph: Graph
  readonly #plan: ArrayPlan
  readonly #layout: Layout
  #built: Pick<BuiltLoops, 'run' | 'body'> | undefined
  /** Kernel calls and builds under way, in which other programs may ask for room: then it keeps its own. */
  #busy = 0

  constructor(graph: Graph, layout: Layout) {
    this.#graph = simplify(graph)
    this.#plan = planArrays(this.#graph)
    this.#layout = layout
    const { run, body, ...facts } = this.#build()
    this.#built = { run, body }
    this.facts = facts
    enter(this)
  }

  readonly run: CompiledProgram['run'] = (...args) => {
    this.lastRun = nextRun()
    this.#built ??= this.#build()
    this.#built.run(args)
  }

  /** The loops alone, on what stands in the workspace. */
  readonly body = (): void => {
    this.#built ??= this.#build()
    this.#built.body()
  }

  readonly release = (): void => {
    if (this.#busy > 0) return
    this.#built = undefined
    free(this.regions)
  }

  #build(): BuiltLoops {
    try {
      return this.#keeping(() => this.#emit())
    } catch (error) {
      free(this.regions)
      throw error
    }
  }

  #keeping<T>(body: () => T): T {
    this.#busy++
    try {
      return body()
    } finally {
      this.#busy--
    }
  }

  #emit(): BuiltLoops {
    const plan = this.#plan
    const memory = new ProgramMemory(plan, this.regions)
    const runner = new KernelRunner(plan, memory.workspace)
    const module = new ModuleBuilder()
    const host: Record<string, () => void> = {}
    const code = module.function('run', [])
    let flops = 0
    plan.steps.forEach((step, k) => {
      const kernel = hostStep(step)
      if (kernel === undefined) flops += emitStep(code, step, { plan, memory, imports: module.imports })
      else {
        host[`step${k}`] = () => this.#keeping(() => runner.run(kernel))
        code.call(module.imports.function(`step${k}`, []))
      }
    })
    const bytes = module.encode()
    const body: () => void = instantiate(bytes, host).run
    const ports = { graph: this.#graph, plan, layout: this.#layout }
    return { run: throughWorkspace(ports, memory.workspace, runner, body), body, flops, codeSize: bytes.length }
  }
}
