import { lengthOf, Opaque, Tensor } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate } from '../trace.ts'
import type { CompiledProgram, Holder, Layout, Slot } from './graph/layout.ts'

/** Runs the kernels of the primitives one by one, on copies of the data. */
export function runByKernels(graph: Graph, layout: Layout): CompiledProgram['run'] {
  const index = new Map(layout.parameters.map((name, i) => [name, i]))
  return (...args) => {
    const origin = ({ start, offset = 0 }: Slot): number =>
      offset + (start === undefined ? 0 : (args[index.get(start)!] as number))
    const inputs = graph.inputs.map((x, i) => {
      const slot = layout.inputs[i]
      const source = args[index.get(slot.parameter)!]
      if (x.dtype === 'opaque') return (source as Holder)[0]
      const at = origin(slot)
      const data =
        typeof source === 'number' ? Float64Array.of(source) : (source as Float64Array).slice(at, at + lengthOf(x))
      return new Tensor(x.shape, x.dtype, data)
    })
    evaluate(graph, inputs).forEach((output, k) => {
      const slot = layout.outputs[k]
      const place = args[index.get(slot.parameter)!]
      if (output instanceof Opaque) {
        ;(place as Holder)[0] = output
        return
      }
      const { data } = output
      const target = place as Float64Array
      const at = origin(slot)
      if (slot.accumulate !== true) target.set(data, at)
      else for (let i = 0; i < data.length; i++) target[at + i] += data[i]
    })
  }
}
