import { toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { mul } from './arithmetic.ts'
import { ones } from './creation.ts'
import { gather } from './gather.ts'
import { concat } from './joining.ts'
import { reducedAxes, type ReductionOptions } from './reduction.ts'
import { reshape, transpose } from './shape.ts'

/**
 * Product of the elements over the given axes; 1 for none. It is multiplied in pairs, pairs of pairs and so on, so that its
 * derivative, the product of the other elements, needs no division: it is right where elements are zero, to any order.
 */
export function prod(x: TensorLike, { axis, keepdims = false }: ReductionOptions = {}): Tensor {
  const a = toTensor(x, 'prod')
  const axes = reducedAxes('prod', a, axis)
  const kept = a.shape.map((length, i) => (axes.has(i) ? 1 : length))
  const rest = a.shape.filter((_, i) => !axes.has(i))
  return reshape(multiplyRows(reducedFirst(a, axes)), keepdims ? kept : rest)
}

/** The reduced axes as one, in front of what stays: shape [reduced, rest]. */
function reducedFirst(a: Tensor, axes: ReadonlySet<number>): Tensor {
  const stay = [...a.shape.keys()].filter((i) => !axes.has(i))
  const count = (list: readonly number[]): number => list.reduce((product, i) => product * a.shape[i], 1)
  const reduced = [...a.shape.keys()].filter((i) => axes.has(i))
  return reshape(transpose(a, [...reduced, ...stay]), [count(reduced), count(stay)])
}

function multiplyRows(x: Tensor): Tensor {
  const [count, width] = x.shape
  if (count === 0) return ones([1, width], { dtype: x.dtype === 'complex128' ? 'complex128' : 'float64' })
  if (count === 1) return x
  const half = Math.floor(count / 2)
  const pairs = mul(rows(x, 0, half), rows(x, half, 2 * half))
  return multiplyRows(count % 2 === 0 ? pairs : concat([pairs, rows(x, count - 1, count)]))
}

function rows(x: Tensor, start: number, end: number): Tensor {
  const width = x.shape[1]
  const shape: Shape = [end - start, width]
  return gather(
    'prod',
    x,
    Int32Array.from({ length: shape[0] * width }, (_, i) => start * width + i),
    shape,
  )
}
