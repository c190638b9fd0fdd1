import { ArgumentError } from '../errors.ts'
import { sizeOf, type Tensor } from '../tensor.ts'
import { gather } from './gather.ts'
import { stridedMap } from './shape.ts'

/** Elements (i, i + offset) of two different axes, numbered from 0. */
export interface Diagonal {
  readonly row: number
  readonly column: number
  readonly offset: number
}

/** The diagonal of two axes, which becomes the last axis; the other axes stay in order. */
export function diagonalOf(caller: string, x: Tensor, { row, column, offset }: Diagonal): Tensor {
  if (!Number.isInteger(offset)) {
    throw new ArgumentError(`${caller}: offset must be an integer, got ${offset}. 0 is the main diagonal.`)
  }
  const strides = x.shape.map((_, axis) => sizeOf(x.shape.slice(axis + 1)))
  const others = [...x.shape.keys()].filter((axis) => axis !== row && axis !== column)
  const [down, right] = [Math.max(0, -offset), Math.max(0, offset)]
  const count = Math.max(0, Math.min(x.shape[row] - down, x.shape[column] - right))
  const shape = [...others.map((axis) => x.shape[axis]), count]
  const steps = [...others.map((axis) => strides[axis]), strides[row] + strides[column]]
  return gather(caller, x, stridedMap(shape, steps, down * strides[row] + right * strides[column]), shape)
}
