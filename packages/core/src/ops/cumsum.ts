import { addPairs, type Pair } from '../scalar/complex-scalar.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import { lengthOf, sizeOf, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { requireAxis } from './joining.ts'
import { reshape } from './shape.ts'
import { requireNumbers } from './types.ts'

/** Elements along the axis stand `stride` apart; `reverse` sums from the end. */
type CumsumParams = {
  readonly length: number
  readonly stride: number
  readonly reverse: boolean
}

const cumsumP: Primitive<CumsumParams> = definePrimitive<CumsumParams>('cumsum', {
  holomorphic: true,
  type: ([x]) => {
    requireNumbers('cumsum', [x])
    return { shape: x.shape, dtype: x.dtype }
  },
  kernel: ([{ data, dtype }], { length, stride, reverse }, [type]) => {
    const out = new Float64Array(lengthOf(type))
    const width = dtype === 'complex128' ? 2 : 1
    const step = (reverse ? -1 : 1) * stride * width
    for (let i = 0; i < out.length; i++) {
      const at = reverse ? out.length - 1 - i : i
      const isFirst = positionOf(Math.floor(at / width), length, stride) === (reverse ? length - 1 : 0)
      out[at] = isFirst ? data[at] : out[at - step] + data[at]
    }
    return out
  },
  lower: (s, [x], { params: { length, stride, reverse } }) => {
    const out: Pair[] = [...x]
    for (let i = 0; i < out.length; i++) {
      const at = reverse ? out.length - 1 - i : i
      if (positionOf(at, length, stride) === (reverse ? length - 1 : 0)) continue
      out[at] = addPairs(s, out[at - (reverse ? -1 : 1) * stride], x[at])
    }
    return out
  },
  // wᵢ = Σⱼ≤ᵢ zⱼ  ⇒  z̄ⱼ = Σᵢ≥ⱼ w̄ᵢ: the sum from the other end
  adjoint: (cotangent, { params }) => bind(cumsumP, [cotangent], { ...params, reverse: !params.reverse }),
})

const positionOf = (element: number, length: number, stride: number): number => Math.floor(element / stride) % length

/**
 * The running sums wᵢ = Σⱼ≤ᵢ zⱼ along an axis, of the shape of x; without `axis`, of all elements in row-major order, as one axis.
 */
export function cumsum(x: TensorLike, { axis }: { readonly axis?: number } = {}): Tensor {
  const a = toTensor(x, 'cumsum')
  if (axis === undefined) return bind(cumsumP, [reshape(a, [-1])], { length: a.size, stride: 1, reverse: false })
  const along = requireAxis('cumsum', axis, a.shape.length)
  const stride = sizeOf(a.shape.slice(along + 1))
  return bind(cumsumP, [a], { length: a.shape[along], stride, reverse: false })
}
