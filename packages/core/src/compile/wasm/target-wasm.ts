import { arena, kernelMemory } from '@cad/kernels'
import { emitUnrolled } from './emit-unrolled-wasm.ts'
import { instantiate } from './instantiate.ts'
import { ModuleBuilder } from './module-builder.ts'
import type { ArrayPlace, Places } from './places.ts'
import {
  arrayParameters,
  type ArrayParameter,
  type CompiledProgram,
  type Layout,
  type ProgramArgument,
  type Slot,
} from '../graph/layout.ts'
import type { Unrolled } from '../graph/unrolled.ts'
import { f64, i32, type FunctionBuilder } from './wasm-writer.ts'

/** The exported function: arrays are byte addresses in the kernel memory, start indices count numbers. */
export type RunAt = (...args: number[]) => void

/** Unrolled code as a WebAssembly function. */
export function compileWasm(
  unrolled: Unrolled,
  layout: Layout,
): Pick<CompiledProgram, 'run' | 'flops' | 'codeSize'> & { readonly runAt: RunAt } {
  const arrays = arrayParameters(layout, unrolled.types)
  const module = new ModuleBuilder()
  const code = module.function('run', parameterTypes(layout))
  const flops = emitUnrolled(code, unrolled, placesOf(code, layout, arrays), module.imports)
  const bytes = module.encode()
  const runAt = instantiate(bytes).run
  return { run: onArrays(runAt, arrays), runAt, flops, codeSize: bytes.length }
}

/** Parameters that hold a number of an input are f64, addresses and starts are i32. */
export function parameterTypes(layout: Layout): (typeof f64 | typeof i32)[] {
  const scalars = new Set(layout.inputs.filter(({ scalar }) => scalar === true).map(({ parameter }) => parameter))
  return layout.parameters.map((name) => (scalars.has(name) ? f64 : i32))
}

/** Where the slots of a layout stand, behind the addresses of their parameters' starts. */
function placesOf(code: FunctionBuilder, layout: Layout, arrays: readonly ArrayParameter[]): Places {
  const starts = new Map<string, number>()
  for (const { index, startIndex } of arrays) {
    if (startIndex === undefined) continue
    const local = code.local(i32)
    code.get(index).get(startIndex).intShiftLeft(3).intAdd().set(local)
    starts.set(layout.parameters[index], local)
  }
  const localOf = ({ parameter }: Slot): number => starts.get(parameter) ?? layout.parameters.indexOf(parameter)
  const arrayOf = (slot: Slot): ArrayPlace => ({ base: localOf(slot), offset: 8 * (slot.offset ?? 0) })
  return {
    inputs: layout.inputs.map((slot) => (slot.scalar === true ? { local: localOf(slot) } : arrayOf(slot))),
    outputs: layout.outputs.map((slot) => ({ ...arrayOf(slot), accumulate: slot.accumulate === true })),
  }
}

/** Below this many numbers a loop is faster than `set` with a view. */
const shortCopy = 24

/** The same function on arrays of the host: copies them into scratch space of the kernel memory, and the results back. */
export function onArrays(runAt: RunAt, arrays: readonly ArrayParameter[]): CompiledProgram['run'] {
  const total = arrays.reduce((sum, { extent }) => sum + evenly(extent), 0)
  const startOf = ({ startIndex }: ArrayParameter, args: readonly ProgramArgument[]): number =>
    startIndex === undefined ? 0 : (args[startIndex] as number)
  return (...args) => {
    const mark = arena.mark()
    const base = arena.allocate(total) / 8
    const memory = kernelMemory.float64()
    const numbers = args.slice() as number[]
    let at = base
    for (const parameter of arrays) {
      const { index, startIndex, extent, isRead } = parameter
      if (isRead) copyIn(memory, at, args[index] as Float64Array, { start: startOf(parameter, args), extent })
      numbers[index] = 8 * at
      if (startIndex !== undefined) numbers[startIndex] = 0
      at += evenly(extent)
    }
    runAt(...numbers)
    at = base
    for (const parameter of arrays) {
      const { index, extent, isWritten } = parameter
      if (isWritten) copyOut(memory, at, args[index] as Float64Array, { start: startOf(parameter, args), extent })
      at += evenly(extent)
    }
    arena.release(mark)
  }
}

/** Vectors are read in pairs of numbers: every array starts at a multiple of 16 bytes. */
const evenly = (extent: number): number => extent + (extent & 1)

interface Stretch {
  readonly start: number
  readonly extent: number
}

function copyIn(memory: Float64Array, at: number, from: Float64Array, { start, extent }: Stretch): void {
  if (extent > shortCopy) memory.set(from.subarray(start, start + extent), at)
  else for (let i = 0; i < extent; i++) memory[at + i] = from[start + i]
}

function copyOut(memory: Float64Array, at: number, to: Float64Array, { start, extent }: Stretch): void {
  if (extent > shortCopy) to.set(memory.subarray(at, at + extent), start)
  else for (let i = 0; i < extent; i++) to[start + i] = memory[at + i]
}
