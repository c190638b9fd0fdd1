import { ArgumentError, ShapeError } from '../errors.ts'
import { showShape, sizeOf, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { gather } from './gather.ts'
import { stridedMap } from './shape.ts'

/**
 * The part of x at these indices of its first axes: `at(x, i, j)` is x[i, j]. Negative indices count from the end.
 *
 * @throws ArgumentError for an index that is not an integer or is out of range; ShapeError for too many indices.
 */
export function at(x: TensorLike, ...indices: readonly number[]): Tensor {
  const a = toTensor(x, 'at')
  if (indices.length > a.shape.length) {
    throw new ShapeError(
      `at: got ${indices.length} indices for shape ${showShape(a.shape)}. Give at most one for each axis.`,
    )
  }
  const offset = indices.reduce(
    (sum, index, axis) => sum + position('at', index, a.shape, axis) * sizeOf(a.shape.slice(axis + 1)),
    0,
  )
  const shape = a.shape.slice(indices.length)
  const size = sizeOf(shape)
  return gather(
    'at',
    a,
    Int32Array.from({ length: size }, (_, i) => offset + i),
    shape,
  )
}

/** An index along an axis as a number from 0; negative ones count from the end. */
export function position(caller: string, index: number, shape: readonly number[], axis: number): number {
  const length = shape[axis]
  const found = index < 0 ? index + length : index
  if (Number.isInteger(index) && found >= 0 && found < length) return found
  const advice = length === 0 ? 'The axis is empty.' : `Use an integer from ${-length} to ${length - 1}.`
  throw new ArgumentError(
    `${caller}: index ${index} is not valid for axis ${axis} of shape ${showShape(shape)}. ${advice}`,
  )
}

/** Start, end (not included) and step along one axis; negative positions count from the end. */
export interface Range {
  readonly start?: number
  readonly end?: number
  readonly step?: number
}

/**
 * A rectangular part of x: one range for each of the first axes, the others whole. `slice(x, { start: 1 })` drops the first
 * row; ranges are clipped to the axis as in NumPy.
 */
export function slice(x: TensorLike, ...ranges: readonly Range[]): Tensor {
  const a = toTensor(x, 'slice')
  if (ranges.length > a.shape.length) {
    throw new ShapeError(
      `slice: got ${ranges.length} ranges for shape ${showShape(a.shape)}. Give at most one for each axis.`,
    )
  }
  let offset = 0
  const strides: number[] = []
  const shape = a.shape.map((length, axis) => {
    const { first, count, step } = resolve(ranges[axis] ?? {}, length)
    const stride = sizeOf(a.shape.slice(axis + 1))
    offset += first * stride
    strides.push(step * stride)
    return count
  })
  return gather('slice', a, stridedMap(shape, strides, offset), shape)
}

function resolve({ start, end, step = 1 }: Range, length: number): { first: number; count: number; step: number } {
  if (![start ?? 0, end ?? 0, step].every(Number.isInteger) || step === 0) {
    throw new ArgumentError(
      `slice: start, end and step must be integers and step not 0, got { start: ${start}, end: ${end}, step: ${step} }.`,
    )
  }
  const fromEnd = (i: number): number => (i < 0 ? i + length : i)
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1]
  const clip = (i: number): number => Math.min(Math.max(i, low), high)
  const first = clip(start === undefined ? (step > 0 ? 0 : length - 1) : fromEnd(start))
  const last = clip(end === undefined ? (step > 0 ? length : -1) : fromEnd(end))
  return { first, count: Math.max(0, Math.ceil((last - first) / step)), step }
}
