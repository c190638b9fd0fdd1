import { ShapeError } from '../errors.ts'
import { showShape, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { requireAxis } from './joining.ts'
import { reshape, transpose } from './shape.ts'

/** One axis or several; negative ones count from the end. */
export type Axes = number | readonly number[]

/** Axes as different numbers from 0, in the order given. */
export function requireAxes(caller: string, axis: Axes, rank: number): number[] {
  const list = typeof axis === 'number' ? [axis] : axis
  const found = list.map((i) => requireAxis(caller, i, rank))
  if (new Set(found).size === found.length) return found
  throw new ShapeError(`${caller}: expected different axes, got [${list.join(', ')}] of ${rank}. Name each axis once.`)
}

/** All elements along one axis, row-major. */
export const ravel = (x: TensorLike): Tensor => reshape(toTensor(x, 'ravel'), [-1])

/**
 * x without the given axes of length 1, by default without all of them.
 *
 * @throws ShapeError if an axis is longer, or does not exist.
 */
export function squeeze(x: TensorLike, { axis }: { readonly axis?: Axes } = {}): Tensor {
  const a = toTensor(x, 'squeeze')
  const dropped =
    axis === undefined
      ? [...a.shape.keys()].filter((i) => a.shape[i] === 1)
      : requireAxes('squeeze', axis, a.shape.length)
  for (const i of dropped) {
    if (a.shape[i] !== 1) {
      throw new ShapeError(
        `squeeze: axis ${i} of shape ${showShape(a.shape)} has length ${a.shape[i]}; only axes of length 1 can be dropped. ` +
          'Take one element with at, or a sum over the axis.',
      )
    }
  }
  return reshape(
    a,
    a.shape.filter((_, i) => !dropped.includes(i)),
  )
}

/**
 * x with new axes of length 1, where `axis` says in the result: `expandDims(x, 0)` is a stack of one, `expandDims(x, -1)` has
 * a last axis more.
 *
 * @throws ShapeError if the result does not have such an axis.
 */
export function expandDims(x: TensorLike, axis: Axes): Tensor {
  const a = toTensor(x, 'expandDims')
  const rank = a.shape.length + (typeof axis === 'number' ? 1 : axis.length)
  const added = requireAxes('expandDims', axis, rank)
  let next = 0
  return reshape(
    a,
    Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : a.shape[next++])),
  )
}

/**
 * x with the axes `source` moved to the places `destination`; the others stay in order.
 *
 * @throws ShapeError if an axis does not exist or is named twice, or the two lists differ in length.
 */
export function moveaxis(x: TensorLike, source: Axes, destination: Axes): Tensor {
  const a = toTensor(x, 'moveaxis')
  const rank = a.shape.length
  const [from, to] = [requireAxes('moveaxis', source, rank), requireAxes('moveaxis', destination, rank)]
  if (from.length !== to.length) {
    throw new ShapeError(
      `moveaxis: expected as many destinations as sources, got ${to.length} and ${from.length}. Give a place for each axis.`,
    )
  }
  const others = [...a.shape.keys()].filter((axis) => !from.includes(axis))
  let next = 0
  return permute(
    a,
    a.shape.map((_, place) => (to.includes(place) ? from[to.indexOf(place)] : others[next++])),
  )
}

/** x with two axes exchanged. */
export function swapaxes(x: TensorLike, axis1: number, axis2: number): Tensor {
  const a = toTensor(x, 'swapaxes')
  const [i, j] = [axis1, axis2].map((axis) => requireAxis('swapaxes', axis, a.shape.length))
  return permute(
    a,
    a.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis)),
  )
}

const permute = (x: Tensor, order: readonly number[]): Tensor =>
  order.every((axis, i) => axis === i) ? x : transpose(x, order)
