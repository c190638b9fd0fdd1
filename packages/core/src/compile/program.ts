import { lengthOf, Tensor } from '../tensor.ts'
import { evaluate, type Graph } from '../trace.ts'
import { canGenerateCode } from './can-generate.ts'
import { emitJs, type Store } from './emit-js.ts'
import { elementsOf, firstUnlowerable, lowerGraph, toPairs } from './lower.ts'
import { ScalarProgram } from './scalar-program.ts'

/** Where the numbers of one input or output stand: `parameter[start + offset …]`, or the parameter itself, a plain number. */
export interface Slot {
  readonly parameter: string
  /** Name of the parameter that holds the start index; left out where the data start at 0. */
  readonly start?: string
  readonly offset?: number
  /** The parameter is a number, not an array. */
  readonly scalar?: boolean
  /** Outputs only: add to what is there. */
  readonly accumulate?: boolean
}

/** The calling convention of a compiled graph: parameter names in order, and where its inputs and outputs stand. */
export interface Layout {
  readonly parameters: readonly string[]
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
}

/** A compiled graph: a function of flat arrays, start indices and numbers in the order of `Layout.parameters`. */
export interface CompiledProgram {
  readonly run: (...args: (Float64Array | number)[]) => void
  readonly target: 'js' | 'interpreter'
  /** Why it is interpreted, where it is. */
  readonly reason?: string
  readonly flops: number
  /** Generated code, for reading. */
  readonly source: string
}

/**
 * V8 stops optimising a function above 61 440 bytes of bytecode; one scalar operation takes about 13. Beyond this many
 * operations the kernels of the primitives are faster than unrolled code.
 */
const mostOperations = 3400

/** Unrolled code is not even tried for graphs whose arrays are larger than this: building it would take seconds. */
const mostElements = 20_000

/** Compiles a graph without captured tensors for flat arrays laid out as `layout` says. */
export function compileGraph(graph: Graph, layout: Layout): CompiledProgram {
  const missing = firstUnlowerable(graph)
  const elements = elementsOf(graph)
  if (!canGenerateCode()) return interpret(graph, layout, 'this environment forbids generated code')
  if (missing !== undefined) return interpret(graph, layout, `${missing} has no scalar form`)
  if (elements > mostElements) return interpret(graph, layout, `${elements} elements are too many to unroll`)
  const { text, flops } = unroll(graph, layout)
  if (flops > mostOperations) return interpret(graph, layout, `${flops} operations are too many to unroll`)
  const source = `'use strict';\n${text}`
  return { run: new Function(...layout.parameters, source) as CompiledProgram['run'], target: 'js', flops, source }
}

function unroll(graph: Graph, layout: Layout): { text: string; flops: number } {
  const s = new ScalarProgram()
  const inputs = graph.inputs.map((x, i) => toPairs(s, x, (offset) => s.input(i, offset)))
  const outputs = lowerGraph(s, graph, inputs)
  const stores: Store[] = []
  outputs.forEach((elements, k) => {
    const isComplex = graph.outputs[k].dtype === 'complex128'
    const accumulate = layout.outputs[k].accumulate === true
    elements.forEach(({ re, im }, i) => {
      const parts = isComplex ? [re, im] : [re]
      parts.forEach((value, part) => {
        if (accumulate && value === s.zero) return
        stores.push({ target: place(layout.outputs[k], parts.length * i + part), value, accumulate })
      })
    })
  })
  return emitJs(s, (input, index) => place(layout.inputs[input], index), stores)
}

function place({ parameter, start, offset = 0, scalar = false }: Slot, index: number): string {
  if (scalar) return parameter
  const at = offset + index
  if (start === undefined) return `${parameter}[${at}]`
  return at === 0 ? `${parameter}[${start}]` : `${parameter}[${start}+${at}]`
}

/** Runs the kernels of the primitives one by one on copies of the data. */
function interpret(graph: Graph, layout: Layout, reason: string): CompiledProgram {
  const index = new Map(layout.parameters.map((name, i) => [name, i]))
  const run: CompiledProgram['run'] = (...args) => {
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
  return { run, target: 'interpreter', reason, flops: 0, source: '' }
}
