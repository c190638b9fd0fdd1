import { schedule } from '../../scalar/emit-js.ts'
import { operandsOf } from '../../scalar/scalar-program.ts'
import { effectiveOutputs, type Unrolled } from '../graph/unrolled.ts'
import { ScalarEmitter, sinesWithCosines } from './emit-wasm.ts'
import type { Imports } from './module-builder.ts'
import type { ArrayPlace, Places } from './places.ts'
import type { FunctionBuilder } from './wasm-writer.ts'

/**
 * Writes straight-line code that reads its inputs and stores its outputs where they stand. A number that is used twice stays in a
 * local: it is read when it is first used, so an output must not lie over an input.
 *
 * @returns the operations and function calls of one run.
 */
export function emitUnrolled(
  code: FunctionBuilder,
  unrolled: Unrolled,
  { inputs, outputs }: Places,
  imports: Imports,
): number {
  const { program } = unrolled
  const stores = effectiveOutputs(unrolled, (output) => outputs[output].accumulate === true)
  const { order, uses } = schedule(program, stores)
  const read = (input: number, index: number): void => {
    const place = inputs[input]
    if ('local' in place) code.get(place.local)
    else pushBase(code, place).loadFloat(place.offset + 8 * index)
  }
  const emitter = new ScalarEmitter(code, program, { uses, imports, read, partners: sinesWithCosines(program, uses) })
  for (const { output, index, value } of stores) {
    const place = outputs[output]
    const offset = place.offset + 8 * index
    pushBase(code, place)
    if (place.accumulate === true) pushBase(code, place).loadFloat(offset)
    emitter.push(value)
    if (place.accumulate === true) code.op('add')
    code.storeFloat(offset)
  }
  return order.filter((x) => operandsOf(program, x).length > 0).length
}

/** Leaves the address on the stack to which a load or store adds the offset. */
const pushBase = (code: FunctionBuilder, { base }: ArrayPlace): FunctionBuilder =>
  base === undefined ? code.int(0) : code.get(base)
