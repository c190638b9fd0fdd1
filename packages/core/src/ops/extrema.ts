import { broadcastMap } from '../scalar/broadcast-map.ts'
import type { Scalar } from '../scalar/scalar-program.ts'
import { ShapeError } from '../errors.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { bySwitching } from '../finiteness.ts'
import { type Primitive } from '../primitive.ts'
import { showShape, sizeOf, toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { div, neg, seeded } from './arithmetic.ts'
import { equal, noOrder } from './comparison.ts'
import { reducedAxes, sumOver, type ReductionOptions } from './reduction.ts'
import { reshape } from './shape.ts'
import { realOnly } from './types.ts'

const maxP: Primitive<Shape> = definePrimitive<Shape>('max', {
  type: (args, kept) => ({ shape: kept, dtype: realOnly('max', noOrder)(args).dtype }),
  kernel: ([x], kept) => {
    const map = broadcastMap(kept, x.shape)
    const out = new Float64Array(sizeOf(kept)).fill(-Infinity)
    x.data.forEach((value, i) => (out[map[i]] = Math.max(out[map[i]], value)))
    return out
  },
  lower: (s, [x], { args, type: { shape } }) => {
    const map = broadcastMap(shape, args[0].shape)
    const largestOf = new Map<number, Scalar>()
    x.forEach(({ re }, i) => {
      const before = largestOf.get(map[i])
      largestOf.set(map[i], before === undefined ? re : s.call2('max', before, re))
    })
    return Array.from({ length: sizeOf(shape) }, (_, group) => ({ re: largestOf.get(group)!, im: s.zero }))
  },
  // ẇ = Σ ẋᵢ/m over the m elements that are the largest
  jvp: ([x], [xDot], [value], kept) => sumOver(seeded(shares(x, value, kept), xDot), kept),
  vjp: ([x], [value], [cotangent], kept) => [seeded(shares(x, value, kept), cotangent)],
  finiteness: bySwitching,
})

function shares(x: Tensor, value: Tensor, kept: Shape): Tensor {
  const isLargest = equal(x, value)
  return div(isLargest, sumOver(isLargest, kept))
}

function largest(caller: string, x: Tensor, { axis, keepdims = false }: ReductionOptions): Tensor {
  realOnly(caller, noOrder)([x])
  const axes = reducedAxes(caller, x, axis)
  const kept = x.shape.map((length, i) => (axes.has(i) ? 1 : length))
  if (x.size === 0 && sizeOf(kept) > 0) {
    throw new ShapeError(
      `${caller}: no elements have no ${caller}imum; got shape ${showShape(x.shape)}. Check for length 0 first.`,
    )
  }
  const value = bind(maxP, [x], kept)
  return keepdims
    ? value
    : reshape(
        value,
        x.shape.filter((_, i) => !axes.has(i)),
      )
}

/**
 * The largest element over the given axes; NaN if one is. Where several are the largest, they share the derivative equally.
 *
 * @throws DtypeError for complex elements; ShapeError over no elements.
 */
export function max(x: TensorLike, options: ReductionOptions = {}): Tensor {
  return largest('max', toTensor(x, 'max'), options)
}

/**
 * The smallest element over the given axes; NaN if one is. Where several are the smallest, they share the derivative equally.
 *
 * @throws DtypeError for complex elements; ShapeError over no elements.
 */
export function min(x: TensorLike, options: ReductionOptions = {}): Tensor {
  const a = toTensor(x, 'min')
  realOnly('min', noOrder)([a])
  return neg(largest('min', neg(a), options))
}
