import { broadcastMap } from '../scalar/broadcast-map.ts'
import { ShapeError } from '../errors.ts'
import { showShape, sizeOf, Tensor, toTensor, type Shape, type TensorLike } from '../tensor.ts'
import { add } from './arithmetic.ts'
import { ravel } from './axes.ts'
import { gather as gatherFlat, scatterAdd as scatterAddFlat } from './gather.ts'
import { readIndices, type Indices } from './index-arrays.ts'
import { position } from './indexing.ts'
import { concat, requireAxis } from './joining.ts'
import { atPositions } from './at-positions.ts'
import { broadcastTo, reshape, stridedMap } from './shape.ts'
import { broadcastShapes, requireNumbers } from './types.ts'

/**
 * The elements of x at these positions along an axis: the axis is replaced by those of the index array, so that
 * `take(A, [2, 0], { axis: 1 })` is two columns. Without `axis`, positions in the flattened x.
 *
 * @throws ArgumentError for a position that is not an integer or out of range; TracingError for traced indices.
 */
export function take(x: TensorLike, indices: Indices, { axis }: { readonly axis?: number } = {}): Tensor {
  const a = axis === undefined ? ravel(toTensor(x, 'take')) : toTensor(x, 'take')
  const along = requireAxis('take', axis ?? 0, a.shape.length)
  const { shape, values } = readIndices('take', indices)
  const positions = values.map((index) => position('take', index, a.shape, along))
  return reshape(atPositions('take', a, new Map([[along, positions]])), a.shape.toSpliced(along, 1, ...shape))
}

/**
 * The elements of x at positions along an axis that differ from line to line, as `argsort` would give them: with axis 1,
 * y_ij = x_{i, k_ij}. The index array has as many axes as x; the other axes broadcast.
 *
 * @throws ShapeError if the shapes do not fit; ArgumentError for a position that is not an integer or out of range.
 */
export function takeAlongAxis(x: TensorLike, indices: Indices, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  const a = toTensor(x, 'takeAlongAxis')
  requireNumbers('takeAlongAxis', [a])
  const along = requireAxis('takeAlongAxis', axis, a.shape.length)
  const { shape, values } = readIndices('takeAlongAxis', indices)
  if (shape.length !== a.shape.length) {
    throw new ShapeError(
      `takeAlongAxis: expected an index array of ${a.shape.length} axes like x, got shapes ${showShape(shape)} and ${showShape(a.shape)}. ` +
        'For the same positions in every line use take.',
    )
  }
  const out = broadcastShapes('takeAlongAxis', [shape, a.shape.with(along, shape[along])])
  const stride = sizeOf(a.shape.slice(along + 1))
  const strides = a.shape.map((length, i) => (i === along || length === 1 ? 0 : sizeOf(a.shape.slice(i + 1))))
  const lines = stridedMap(out, strides, 0)
  const positions = values.map((index) => position('takeAlongAxis', index, a.shape, along))
  const map = broadcastMap(shape, out).map((from, i) => lines[i] + positions[from] * stride)
  return gatherFlat('takeAlongAxis', a, map, out)
}

/**
 * x[i, j, …] with an index array for each of the first axes: y_p = x[i_p, j_p, …]. The index arrays broadcast against each other;
 * their shape comes first in the result, then the axes of x that have none.
 *
 * @throws ShapeError for too many index arrays or such that do not broadcast; ArgumentError for a position that is not an integer
 * or out of range; TracingError for traced indices.
 */
export function gather(x: TensorLike, ...indices: readonly Indices[]): Tensor {
  const a = toTensor(x, 'gather')
  const { map, shape } = selection('gather', a.shape, indices)
  return gatherFlat('gather', a, map, shape)
}

/**
 * x with x[i, j, …] = values: a copy, x itself does not change. `indices` is a list of index arrays, one for each of the first
 * axes (a single tensor stands for a list of one); values broadcast to x[i, j, …].
 *
 * Where a position is named more than once the last value stands; it alone has a derivative there, and what was
 * overwritten has none.
 *
 * @throws as `gather`; ShapeError if values do not broadcast.
 */
export function scatter(x: TensorLike, indices: Tensor | readonly Indices[], values: TensorLike): Tensor {
  const { a, v, map } = target('scatter', x, indices, values)
  const from = Int32Array.from({ length: a.size }, (_, i) => i)
  map.forEach((to, i) => (from[to] = a.size + i))
  return gatherFlat('scatter', concat([ravel(a), ravel(v)]), from, a.shape)
}

/**
 * x with values added at x[i, j, …]: a copy, x itself does not change. Where a position is named more than once all values are
 * added. Indices and values as in `scatter`.
 *
 * @throws as `scatter`.
 */
export function scatterAdd(x: TensorLike, indices: Tensor | readonly Indices[], values: TensorLike): Tensor {
  const { a, v, map } = target('scatterAdd', x, indices, values)
  return add(a, scatterAddFlat('scatterAdd', v, map, a.shape))
}

/** The flat positions in a tensor of shape `shape` that index arrays of its first axes select, and the shape of the selection. */
function selection(
  caller: string,
  shape: Shape,
  indices: readonly Indices[],
): { readonly map: Int32Array; readonly shape: Shape } {
  if (indices.length > shape.length) {
    throw new ShapeError(
      `${caller}: got ${indices.length} index arrays for shape ${showShape(shape)}. Give at most one for each axis.`,
    )
  }
  const arrays = indices.map((list) => readIndices(caller, list))
  const selected = broadcastShapes(`${caller}, index arrays`, [[], ...arrays.map((array) => array.shape)])
  const block = sizeOf(shape.slice(indices.length))
  const starts = new Int32Array(sizeOf(selected))
  arrays.forEach((array, axis) => {
    const stride = sizeOf(shape.slice(axis + 1))
    const positions = array.values.map((index) => position(caller, index, shape, axis))
    broadcastMap(array.shape, selected).forEach((from, i) => (starts[i] += positions[from] * stride))
  })
  const map = new Int32Array(starts.length * block)
  for (let i = 0; i < map.length; i++) map[i] = starts[Math.floor(i / block)] + (i % block)
  return { map, shape: [...selected, ...shape.slice(indices.length)] }
}

/** What `scatter` and `scatterAdd` write: values broadcast to the selection, and where each of them goes. */
function target(
  caller: string,
  x: TensorLike,
  indices: Tensor | readonly Indices[],
  values: TensorLike,
): { readonly a: Tensor; readonly v: Tensor; readonly map: Int32Array } {
  const [a, v] = [toTensor(x, caller), toTensor(values, caller)]
  const list = indices instanceof Tensor ? [indices] : indices
  if (!Array.isArray(list) || (list.length > 0 && list.every((index) => typeof index === 'number'))) {
    throw new ShapeError(
      `${caller}: expected a list of index arrays, one for each axis, got ${Array.isArray(list) ? `[${list.join(', ')}]` : typeof list}. ` +
        'Write [[0, 2]] for positions 0 and 2 of the first axis, [[0], [2]] for the element at (0, 2).',
    )
  }
  const { map, shape } = selection(caller, a.shape, list)
  const fits = v.shape.length <= shape.length && v.shape.every((n, i) => n === 1 || n === shape.at(i - v.shape.length))
  if (!fits) {
    throw new ShapeError(
      `${caller}: values of shape ${showShape(v.shape)} do not broadcast to ${showShape(shape)}, the shape of x[indices]. ` +
        'Reshape them, or give one number.',
    )
  }
  return { a, v: broadcastTo(v, shape), map }
}
