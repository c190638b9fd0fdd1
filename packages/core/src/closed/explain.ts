import { showType, type Tensor } from '../tensor.ts'
import type { Graph } from '../primitive.ts'
import type { CompiledProgram } from '../compile/graph/layout.ts'

/** A graph and its program as text: one line a node, then how it runs and what that cost. */
export function explainGraph(graph: Graph, program: CompiledProgram): string {
  const names = new Map<Tensor, string>()
  graph.inputs.forEach((x, i) => names.set(x, `input${i}`))
  const nameOf = (x: Tensor): string => names.get(x) ?? showConstant(x)
  let next = 0
  const lines = graph.nodes.map(({ primitive, inputs, outputs }) => {
    const results = outputs.map((output) => {
      names.set(output, `%${next++}`)
      return `${nameOf(output)}: ${showType(output)}`
    })
    return `  ${results.join(', ')} = ${primitive.name}(${inputs.map(nameOf).join(', ')})`
  })
  const { target, form, reason, flops, codeSize, compileTime, source } = program
  return [
    `function(${graph.inputs.map((x, i) => `input${i}: ${showType(x)}`).join(', ')})`,
    ...lines,
    `  return ${graph.outputs.map(nameOf).join(', ')}`,
    `target: ${target}, ${form}${reason === undefined ? '' : ` (${reason})`}`,
    `flops: ${flops}, code: ${codeSize} ${target === 'wasm' ? 'bytes' : 'characters'}, compile time: ${compileTime.toFixed(2)} ms`,
    ...(source === '' ? [] : [source]),
  ].join('\n')
}

function showConstant(x: Tensor): string {
  if (x.dtype === 'opaque') return 'handle'
  if (x.size !== 1) return `constant ${showType(x)}`
  const value = x.item()
  return typeof value === 'number' ? String(value) : `(${value.re}, ${value.im})`
}
