import type { Tensor, TensorType } from '@cad/core'
import { lengthOf, sizeOf } from '@cad/core/compiler'

/** One tensor of a state: real or complex, any shape. */
export interface StateLeaf {
  readonly type: TensorType
  /** Where it starts, in doubles. */
  readonly offset: number
  readonly length: number
  readonly isComplex: boolean
}

/** A list of tensors as numbers that stand one after the other, complex ones interleaved. */
export interface StateLayout {
  readonly leaves: readonly StateLeaf[]
  readonly doubles: number
  /** Doubles from one state to the next: even, so that vectors of two lanes fit. */
  readonly width: number
  /** Numbers, a complex one counted once: what norms are averaged over. */
  readonly components: number
}

export function layoutOf(types: readonly TensorType[]): StateLayout {
  const leaves: StateLeaf[] = []
  let [doubles, components] = [0, 0]
  for (const { shape, dtype } of types) {
    const type = { shape, dtype }
    const length = lengthOf(type)
    leaves.push({ type, offset: doubles, length, isComplex: dtype === 'complex128' })
    doubles += length
    components += sizeOf(shape)
  }
  return { leaves, doubles, width: doubles + (doubles & 1), components }
}

/** The numbers of all tensors, one after the other. */
export function joined(tensors: readonly Tensor[]): Float64Array {
  if (tensors.length === 1) return tensors[0].data
  const all = new Float64Array(tensors.reduce((sum, x) => sum + x.data.length, 0))
  let next = 0
  for (const { data } of tensors) {
    all.set(data, next)
    next += data.length
  }
  return all
}

/** The numbers of each leaf out of those of a whole state. */
export const separated = ({ leaves }: StateLayout, all: Float64Array): Float64Array[] =>
  leaves.map(({ offset, length }) => all.slice(offset, offset + length))

/** Rows of a state each (of `doubles` numbers), as one list of rows for each leaf; rows that are missing are NaN. */
export function columns({ leaves, doubles }: StateLayout, rows: Float64Array, count: number): Float64Array[] {
  return leaves.map(({ offset, length }) => {
    const column = new Float64Array(count * length).fill(NaN)
    const reached = Math.min(count, doubles === 0 ? count : rows.length / doubles)
    for (let row = 0; row < reached; row++) {
      const start = row * doubles + offset
      column.set(rows.subarray(start, start + length), row * length)
    }
    return column
  })
}

/** The inverse of `columns`. */
export function rowsOf({ leaves, doubles }: StateLayout, lists: readonly Tensor[], count: number): Float64Array {
  if (leaves.length === 1) return lists[0].data
  const rows = new Float64Array(count * doubles)
  leaves.forEach(({ offset, length }, i) => {
    const { data } = lists[i]
    for (let row = 0; row < count; row++)
      rows.set(data.subarray(row * length, (row + 1) * length), row * doubles + offset)
  })
  return rows
}
