import { broadcastMap } from '../scalar/broadcast-map.ts'
import { ShapeError } from '../errors.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import { Opaque, sameShape, showShape, sizeOf, toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { conj } from './conjugation.ts'
import { gather } from './gather.ts'
import { broadcastShapes } from './types.ts'

const reshapeP: Primitive<Shape> = definePrimitive<Shape>('reshape', {
  type: ([x], shape) => ({ shape, dtype: x.dtype }),
  kernel: ([x], shape) => (x instanceof Opaque ? new Opaque(x.contents, shape) : x.data),
  lower: (_, [x]) => x,
  access: () => ({ kind: 'same' }) as const,
  adjoint: (cotangent, { args: [x] }) => reshape(cotangent, x.shape),
  batch: ([x], { size, params: shape }) => reshape(x, [size, ...shape]),
})

/**
 * The same elements, row-major, in another shape; one length may be −1 and is then found.
 *
 * @throws ShapeError if the number of elements would change.
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const a = toTensor(x, 'reshape')
  const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1)
  const found = shape.map((length) => (length === -1 ? a.size / known : length))
  const open = shape.filter((length) => length === -1).length
  if (open > 1 || sizeOf(found) !== a.size || !found.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new ShapeError(
      `reshape: shape ${showShape(a.shape)} has ${a.size} elements, which do not fit ${showShape(shape)}. ` +
        'The number of elements must stay; give one length as −1 to have it found.',
    )
  }
  return sameShape(found, a.shape) ? a : bind(reshapeP, [a], found)
}

/** Permutes the axes, negative ones counted from the end; without `axes` they are reversed. No conjugation: for Aᴴ use `adjoint`. */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  const a = toTensor(x, 'transpose')
  const rank = a.shape.length
  const order = axes?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? a.shape.map((_, axis) => rank - 1 - axis)
  if (!isPermutation(order, rank)) {
    throw new ShapeError(
      `transpose: axes must be a permutation of 0 … ${rank - 1} for shape ${showShape(a.shape)}, got [${(axes ?? order).join(', ')}].`,
    )
  }
  const shape = order.map((axis) => a.shape[axis])
  if (keepsOrder(order, a.shape)) return reshape(a, shape)
  const strides = order.map((axis) => sizeOf(a.shape.slice(axis + 1)))
  return gather('transpose', a, stridedMap(shape, strides, 0), shape)
}

const isPermutation = (order: readonly number[], rank: number): boolean =>
  order.length === rank && order.every((axis, i) => axis in order && order.indexOf(axis) === i)

/** Whether the elements stay where they are, as those of a column do: the axes longer than 1 follow each other as before. */
function keepsOrder(order: readonly number[], shape: Shape): boolean {
  let last = -1
  for (const axis of order) {
    if (shape[axis] === 1) continue
    if (axis < last) return false
    last = axis
  }
  return true
}

/** Aᴴ: the last two axes exchanged, and conjugated. */
export function adjoint(x: TensorLike): Tensor {
  const a = toTensor(x, 'adjoint')
  const rank = a.shape.length
  if (rank < 2) {
    throw new ShapeError(
      `adjoint: expected a matrix, got shape ${showShape(a.shape)}. For a vector use conj, and vdot for xᴴy.`,
    )
  }
  const axes = a.shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis))
  return conj(transpose(a, axes))
}

/** Repeats x to `shape` by NumPy's rules. */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const a = toTensor(x, 'broadcastTo')
  if (sameShape(a.shape, shape)) return a
  if (!sameShape(broadcastShapes('broadcastTo', [a.shape, shape]), shape)) {
    throw new ShapeError(
      `broadcastTo: shape ${showShape(a.shape)} does not broadcast to ${showShape(shape)}. It has longer or more axes.`,
    )
  }
  return gather('broadcastTo', a, broadcastMap(a.shape, shape), shape)
}

/** Flat source index of each element of a view with these lengths and strides. */
export function stridedMap(shape: Shape, strides: readonly number[], offset: number): Int32Array {
  const map = new Int32Array(sizeOf(shape))
  const index = shape.map(() => 0)
  let source = offset
  for (let i = 0; i < map.length; i++) {
    map[i] = source
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]
      if (++index[axis] < shape[axis]) break
      source -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return map
}
