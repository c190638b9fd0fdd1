import { broadcastMap } from '../compile/elementwise.ts'
import { bind, definePrimitive, type Primitive } from '../primitive.ts'
import { sizeOf, toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { add, div, mul } from './arithmetic.ts'
import { equal, where } from './comparison.ts'
import { conj, real } from './conjugation.ts'
import { sum, reducedAxes, type ReductionOptions } from './reduction.ts'
import { reshape } from './shape.ts'

const normP: Primitive<Shape> = definePrimitive<Shape>('norm', {
  type: (_, kept) => ({ shape: kept, dtype: 'float64' }),
  kernel: ([z], kept) => {
    const map = broadcastMap(kept, z.shape)
    const width = z.data.length / map.length
    const largest = new Float64Array(sizeOf(kept))
    z.data.forEach(
      (x, i) => (largest[map[Math.floor(i / width)]] = Math.max(largest[map[Math.floor(i / width)]], Math.abs(x))),
    )
    const squares = new Float64Array(largest.length)
    z.data.forEach((x, i) => {
      const group = map[Math.floor(i / width)]
      if (largest[group] > 0) squares[group] += (x / largest[group]) ** 2
    })
    return squares.map((s, group) => largest[group] * Math.sqrt(s))
  },
  // d‖z‖ = Re⟨u, dz⟩ with the unit vector u = z/‖z‖, and u = 0 at z = 0
  jvp: ([z], [zDot], [value], kept) => sumOver(real(mul(conj(unit(z, value)), zDot)), kept),
  vjp: ([z], [value], [cotangent]) => [mul(cotangent, unit(z, value))],
  batch: ([z], { size, params: kept }) => bind(normP, [z], [size, ...kept]),
})

const unit = (z: Tensor, length: Tensor): Tensor => {
  const isZero = equal(length, 0)
  return where(isZero, 0, div(z, add(length, isZero)))
}

const sumOver = (x: Tensor, kept: Shape): Tensor =>
  sum(x, { axis: [...kept.keys()].filter((axis) => kept[axis] !== x.shape[axis]), keepdims: true })

/** ‖z‖₂ = √(Σ|zᵢ|²) over the given axes, the Frobenius norm of a matrix; scaled, so that squares do not overflow. Its derivative at 0 is 0. */
export function norm(z: TensorLike, { axis, keepdims = false }: ReductionOptions = {}): Tensor {
  const a = toTensor(z, 'norm')
  const axes = reducedAxes('norm', a, axis)
  const kept = a.shape.map((length, i) => (axes.has(i) ? 1 : length))
  const value = bind(normP, [a], kept)
  return keepdims
    ? value
    : reshape(
        value,
        a.shape.filter((_, i) => !axes.has(i)),
      )
}
