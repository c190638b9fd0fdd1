import { matmulP } from '../../ops/matmul.ts'
import type { Application } from '../../primitive.ts'
import type { ArrayPlan, KernelStep, Step } from '../loops/array-plan.ts'
import { loopCode } from '../loops/loop-code.ts'
import { emitMatrixVector, type MatrixVector } from './emit-gemv-wasm.ts'
import { emitLoopWasm } from './emit-loop-wasm.ts'
import type { LoopMemory } from './loop-reads.ts'
import type { Imports } from './module-builder.ts'
import type { FunctionBuilder } from './wasm-writer.ts'

/** The step, if nothing but its kernel in the host can run it. */
export const hostStep = (step: Step): KernelStep | undefined =>
  step.kind === 'kernel' && !isMatrixVector(step.node) ? step : undefined

/** What the steps of a plan have in common. */
export interface StepContext {
  readonly plan: ArrayPlan
  readonly memory: LoopMemory
  readonly imports: Imports
}

/**
 * Writes a step that needs no host.
 *
 * @returns its operations and function calls.
 */
export function emitStep(code: FunctionBuilder, step: Step, { plan, memory, imports }: StepContext): number {
  if (step.kind === 'kernel') {
    const product = matrixVectorOf(step.node, plan, memory)
    emitMatrixVector(code, product)
    return 8 * product.m * product.k
  }
  const loop = loopCode(step, plan)
  emitLoopWasm(code, loop, memory, imports)
  return loop.flops.once + loop.count * loop.flops.each
}

/** Whether a node is a matrix–vector product with a complex result. */
const isMatrixVector = ({ primitive, outputs }: Application): boolean =>
  primitive === matmulP && outputs[0].dtype === 'complex128' && outputs[0].shape[1] === 1

function matrixVectorOf({ inputs, outputs }: Application, plan: ArrayPlan, memory: LoopMemory): MatrixVector {
  const [A, b] = inputs.map((x) => ({ address: memory.addressOf(plan.rootOf(x)), isComplex: x.dtype === 'complex128' }))
  const [m, k] = inputs[0].shape
  return { m, k, A, b, C: memory.addressOf(outputs[0]) }
}
