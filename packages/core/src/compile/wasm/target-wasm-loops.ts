import { arena, kernelMemory } from '@cad/kernels'
import type { Application } from '../../primitive.ts'
import type { Tensor } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'
import { planArrays, type ArrayPlan } from '../loops/array-plan.ts'
import { emitMatrixVector, type MatrixVector } from './emit-gemv-wasm.ts'
import { emitLoopWasm } from './emit-loop-wasm.ts'
import { MathImports } from './emit-wasm.ts'
import type { CompiledProgram, Layout } from '../graph/layout.ts'
import { loopCode } from '../loops/loop-code.ts'
import { widthOf, type LoopMemory } from './loop-reads.ts'
import { simplify } from '../graph/simplify.ts'
import { instantiate } from './target-wasm.ts'
import { encodeModule } from './wasm-module.ts'
import { FunctionBuilder } from './wasm-writer.ts'
import { KernelRunner, placeConstants, throughWorkspace } from '../loops/workspace.ts'

/** A graph as loops and kernel calls in WebAssembly, in a region of the kernel memory that it keeps. */
export function compileLoopsWasm(
  graph: Graph,
  layout: Layout,
): Pick<CompiledProgram, 'run' | 'flops' | 'codeSize'> & { readonly body: () => void } {
  const simple = simplify(graph)
  const plan = planArrays(simple)
  const memory = new ProgramMemory(plan)
  const workspace = { data: () => kernelMemory.float64(), start: memory.base / 8 }
  placeConstants(plan, workspace)
  const runner = new KernelRunner(plan, workspace)
  const imports = new MathImports()
  const host: Record<string, () => void> = {}
  const code = new FunctionBuilder([])
  let flops = 0
  plan.steps.forEach((step, k) => {
    if (step.kind === 'kernel') {
      const product = matrixVectorOf(step.node, plan, memory)
      if (product !== undefined) {
        flops += 8 * product.m * product.k
        emitMatrixVector(code, product)
        return
      }
      host[`step${k}`] = () => runner.run(step)
      code.call(imports.indexOf(`step${k}`, []))
      return
    }
    const loop = loopCode(step, plan)
    flops += loop.flops.once + loop.count * loop.flops.each
    emitLoopWasm(code, loop, memory, imports)
  })
  const bytes = encodeModule(imports.functions, code)
  const body = instantiate(bytes, imports, host)
  return {
    run: throughWorkspace({ graph: simple, plan, layout }, workspace, body),
    body,
    flops,
    codeSize: bytes.length,
  }
}

/** A kernel step as a matrix–vector product, if it is one with a complex result. */
function matrixVectorOf(
  { primitive, inputs, outputs }: Application,
  plan: ArrayPlan,
  memory: LoopMemory,
): MatrixVector | undefined {
  if (primitive.name !== 'matmul' || outputs[0].dtype !== 'complex128' || outputs[0].shape[1] !== 1) return undefined
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

  constructor(plan: ArrayPlan) {
    this.#plan = plan
    this.base = arena.reserve(8 * plan.size + 32)
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
      address = arena.reserve(4 * map.length)
      kernelMemory.int32().set(
        map.map((element) => (element < 0 ? none : stride * element)),
        address / 4,
      )
      tables.set(x, address)
    }
    return address
  }
}
