import { emitJs } from '../../scalar/emit-js.ts'
import type { CompiledProgram, Layout, Slot } from '../graph/layout.ts'
import { effectiveOutputs, type Unrolled } from '../graph/unrolled.ts'

/** Unrolled code as a JavaScript function of the layout's parameters. */
export function compileJs(
  unrolled: Unrolled,
  layout: Layout,
): Pick<CompiledProgram, 'run' | 'flops' | 'codeSize' | 'source'> {
  const accumulates = (output: number): boolean => layout.outputs[output].accumulate === true
  const stores = effectiveOutputs(unrolled, accumulates).map(({ output, index, value }) => ({
    target: place(layout.outputs[output], index),
    value,
    accumulate: accumulates(output),
  }))
  const { text, flops } = emitJs(unrolled.program, (input, index) => place(layout.inputs[input], index), stores)
  const source = `'use strict';\n${text}`
  return {
    run: new Function(...layout.parameters, source) as CompiledProgram['run'],
    flops,
    codeSize: source.length,
    source,
  }
}

function place({ parameter, start, offset = 0, scalar = false }: Slot, index: number): string {
  if (scalar) return parameter
  const at = offset + index
  if (start === undefined) return `${parameter}[${at}]`
  return at === 0 ? `${parameter}[${start}]` : `${parameter}[${start}+${at}]`
}
