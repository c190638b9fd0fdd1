import { ArgumentError, ShapeError } from '../errors.ts'
import { describeValue, showShape, type TensorType } from '../tensor.ts'

/** Subscripts taken apart: one index a letter, one list an operand. */
export interface Subscripts {
  readonly inputs: readonly (readonly string[])[]
  readonly output: readonly string[]
  /** The length of each index. */
  readonly lengths: ReadonlyMap<string, number>
}

/** Reads subscripts for these operands, and checks everything that can be wrong with them. */
export function readSubscripts(text: string, operands: readonly TensorType[]): Subscripts {
  const { inputs, output } = takeApart(text)
  if (inputs.length !== operands.length) {
    throw new ArgumentError(
      `einsum: '${text}' names ${inputs.length} operands, got ${operands.length}. Give one tensor for each, separated by commas.`,
    )
  }
  const lengths = lengthsOf(text, inputs, operands)
  for (const [i, index] of output.entries()) {
    if (!lengths.has(index)) {
      throw new ArgumentError(
        `einsum: index ${index} of the output of '${text}' is in no operand. Use indices that are.`,
      )
    }
    if (output.indexOf(index) !== i) {
      throw new ArgumentError(
        `einsum: index ${index} stands twice in the output of '${text}'. Every index of the output is an axis of its own.`,
      )
    }
  }
  return { inputs, output, lengths }
}

function takeApart(text: string): Pick<Subscripts, 'inputs' | 'output'> {
  const parts = typeof text === 'string' ? text.replaceAll(/\s/g, '').split('->') : []
  if (parts.length === 0 || parts.length > 2 || !/^[A-Za-z,]*$/.test(parts[0]) || !/^[A-Za-z]*$/.test(parts[1] ?? '')) {
    throw new ArgumentError(
      `einsum: expected subscripts of letters like 'ij,jk->ik', got ${typeof text === 'string' ? `'${text}'` : describeValue(text)}. ` +
        'Commas separate operands; there is no ellipsis: name every axis.',
    )
  }
  const inputs = parts[0].split(',').map((indices) => indices.split(''))
  return { inputs, output: parts[1]?.split('') ?? implicitOutput(inputs.flat()) }
}

/** Without an arrow: the indices that stand once, in alphabetical order (capitals first). */
const implicitOutput = (indices: readonly string[]): readonly string[] =>
  indices.filter((index) => indices.indexOf(index) === indices.lastIndexOf(index)).sort()

function lengthsOf(text: string, inputs: Subscripts['inputs'], operands: readonly TensorType[]): Map<string, number> {
  const lengths = new Map<string, number>()
  const owner = new Map<string, number>()
  inputs.forEach((indices, k) => {
    const { shape } = operands[k]
    if (indices.length !== shape.length) {
      throw new ShapeError(
        `einsum: '${indices.join('')}' in '${text}' names ${indices.length} axes, but operand ${k} has shape ${showShape(shape)}. ` +
          'Give one letter for each axis.',
      )
    }
    shape.forEach((length, axis) => {
      const index = indices[axis]
      const known = lengths.get(index)
      if (known !== undefined && known !== length) {
        throw new ShapeError(
          `einsum: index ${index} of '${text}' has length ${known} in operand ${owner.get(index)} and ${length} in operand ${k}. ` +
            'An index has one length; repeat an axis with broadcastTo.',
        )
      }
      lengths.set(index, length)
      if (!owner.has(index)) owner.set(index, k)
    })
  })
  return lengths
}
