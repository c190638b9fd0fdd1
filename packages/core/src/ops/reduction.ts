import { ShapeError } from '../errors.ts'
import { showShape, toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { div } from './arithmetic.ts'
import { scatterAdd } from './gather.ts'
import { broadcastMap } from '../scalar/broadcast-map.ts'
import { requireAxis } from './joining.ts'
import { reshape } from './shape.ts'

/** Which axes are summed (default all), and whether they stay with length 1. */
export interface ReductionOptions {
  readonly axis?: number | readonly number[]
  readonly keepdims?: boolean
}

/** Sum of the elements over the given axes. */
export function sum(x: TensorLike, { axis, keepdims = false }: ReductionOptions = {}): Tensor {
  const a = toTensor(x, 'sum')
  const axes = reducedAxes('sum', a, axis)
  const kept = a.shape.map((length, i) => (axes.has(i) ? 1 : length))
  const total = scatterAdd('sum', a, broadcastMap(kept, a.shape), kept)
  return keepdims
    ? total
    : reshape(
        total,
        a.shape.filter((_, i) => !axes.has(i)),
      )
}

/**
 * Mean of the elements over the given axes.
 *
 * @throws ShapeError over no elements.
 */
export function mean(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const a = toTensor(x, 'mean')
  const count = [...reducedAxes('mean', a, options.axis)].reduce((product, i) => product * a.shape[i], 1)
  const total = sum(a, options)
  if (count === 0 && total.size > 0) {
    throw new ShapeError(`mean: no elements have no mean; got shape ${showShape(a.shape)}. Check for length 0 first.`)
  }
  return div(total, count)
}

/** Sum over the axes that have length 1 in `kept`, which stay with length 1. */
export const sumOver = (x: Tensor, kept: Shape): Tensor =>
  sum(x, { axis: [...kept.keys()].filter((axis) => kept[axis] !== x.shape[axis]), keepdims: true })

/** The axes that a reduction removes. */
export function reducedAxes(caller: string, { shape }: Tensor, axis: ReductionOptions['axis']): Set<number> {
  if (axis === undefined) return new Set(shape.keys())
  return new Set((typeof axis === 'number' ? [axis] : axis).map((i) => requireAxis(caller, i, shape.length)))
}
