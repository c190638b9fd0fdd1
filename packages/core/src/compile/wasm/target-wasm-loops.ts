import { kernelMemory } from '@cad/kernels'
import type { Application } from '../../primitive.ts'
import { matmulP } from '../../ops/matmul.ts'
import type { Tensor } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'
import { planArrays, type ArrayPlan } from '../loops/array-plan.ts'
import { emitMatrixVector, type MatrixVector } from './emit-gemv-wasm.ts'
import { emitLoopWasm } from './emit-loop-wasm.ts'
import type { CompiledProgram, Layout } from '../graph/layout.ts'
import { loopCode } from '../loops/loop-code.ts'
import { widthOf, type LoopMemory } from './loop-reads.ts'
import { simplify } from '../graph/simplify.ts'
import { enter, free, nextRun, reserveFor, type Regions, type Resident } from './residency.ts'
import { instantiate } from './instantiate.ts'
import { ModuleBuilder } from './module-builder.ts'
import { KernelRunner, placeConstants, throughWorkspace } from '../loops/workspace.ts'

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
    const workspace = { data: () => kernelMemory.float64(), start: memory.base / 8 }
    placeConstants(plan, workspace)
    const runner = new KernelRunner(plan, workspace)
    const module = new ModuleBuilder()
    const host: Record<string, () => void> = {}
    const code = module.function('run', [])
    let flops = 0
    plan.steps.forEach((step, k) => {
      if (step.kind === 'kernel') {
        const product = matrixVectorOf(step.node, plan, memory)
        if (product !== undefined) {
          flops += 8 * product.m * product.k
          emitMatrixVector(code, product)
          return
        }
        host[`step${k}`] = () => this.#keeping(() => runner.run(step))
        code.call(module.imports.function(`step${k}`, []))
        return
      }
      const loop = loopCode(step, plan)
      flops += loop.flops.once + loop.count * loop.flops.each
      emitLoopWasm(code, loop, memory, module.imports)
    })
    const bytes = module.encode()
    const body: () => void = instantiate(bytes, host).run
    const ports = { graph: this.#graph, plan, layout: this.#layout }
    return { run: throughWorkspace(ports, workspace, runner, body), body, flops, codeSize: bytes.length }
  }
}

/** A kernel step as a matrix–vector product, if it is one with a complex result. */
function matrixVectorOf(
  { primitive, inputs, outputs }: Application,
  plan: ArrayPlan,
  memory: LoopMemory,
): MatrixVector | undefined {
  if (primitive !== matmulP || outputs[0].dtype !== 'complex128' || outputs[0].shape[1] !== 1) return undefined
  const [A, b] = inputs.map((x) => ({ address: memory.addressOf(plan.rootOf(x)), isComplex: x.dtype === 'complex128' }))
  const [m, k] = inputs[0].shape
  return { m, k, A, b, C: memory.addressOf(outputs[0]) }
}

/** Addresses of a program's tensors and tables in the kernel memory, reserved as they are asked for. */
class ProgramMemory implements LoopMemory {
  readonly base: number
  readonly #plan: ArrayPlan
  readonly #tables = new Map<Int32Array, Map<Tensor, number>>()
  /** Behind all tensors: 16 bytes that stay zero, and 16 that take what is dropped. */
  readonly #nothing: number
  readonly #regions: Regions

  constructor(plan: ArrayPlan, regions: Regions) {
    this.#plan = plan
    this.#regions = regions
    this.base = reserveFor(regions, 8 * plan.size + 32)
    this.#nothing = this.base + 8 * plan.size
    kernelMemory.float64().fill(0, this.#nothing / 8, this.#nothing / 8 + 4)
  }

  addressOf(x: Tensor): number {
    return this.base + 8 * this.#plan.places.get(x)!
  }

  tableOf(map: Int32Array, x: Tensor, use: 'read' | 'write'): number {
    let tables = this.#tables.get(map)
    if (tables === undefined) this.#tables.set(map, (tables = new Map()))
    let address = tables.get(x)
    if (address === undefined) {
      const stride = 8 * widthOf(x)
      const none = this.#nothing + (use === 'read' ? 0 : 16) - this.addressOf(x)
      address = reserveFor(this.#regions, 4 * map.length)
      kernelMemory.int32().set(
        map.map((element) => (element < 0 ? none : stride * element)),
        address / 4,
      )
      tables.set(x, address)
    }
    return address
  }
}
