import { lengthOf, Tensor } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate } from '../trace.ts'
import type { CompiledProgram, Layout, Slot } from './graph/layout.ts'

/** Runs the kernels of the primitives one by one, on copies of the data. */
export function runByKernels(graph: Graph, layout: Layout): CompiledProgram['run'] {
  const index = new Map(layout.parameters.map((name, i) => [name, i]))
  return (...args) => {
    const origin = ({ start, offset = 0 }: Slot): number =>
      offset + (start === undefined ? 0 : (args[index.get(start)!] as number))
    const inputs = graph.inputs.map((x, i) => {
      const slot = layout.inputs[i]
      const source = args[index.get(slot.parameter)!]
      const at = origin(slot)
      const data = typeof source === 'number' ? Float64Array.of(source) : source.slice(at, at + lengthOf(x))
      return new Tensor(x.shape, x.dtype, data)
    })
    evaluate(graph, inputs).forEach(({ data }, k) => {
      const slot = layout.outputs[k]
      const target = args[index.get(slot.parameter)!] as Float64Array
      const at = origin(slot)
      if (slot.accumulate !== true) target.set(data, at)
      else for (let i = 0; i < data.length; i++) target[at + i] += data[i]
    })
  }
}
