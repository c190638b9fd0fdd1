import { broadcastMap } from '../scalar/broadcast-map.ts'
import { ArgumentError } from '../errors.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import { sizeOf, toTensor, type Shape, type Tensor, type TensorLike } from '../tensor.ts'
import { add, div, mul, seeded } from './arithmetic.ts'
import { equal, where } from './comparison.ts'
import { abs, abs2, conj, real, sign } from './conjugation.ts'
import { pow } from './power.ts'
import { reducedAxes, sumOver, type ReductionOptions } from './reduction.ts'
import { reshape } from './shape.ts'

type NormParams = {
  readonly kept: Shape
  readonly ord: number
}

const normP: Primitive<NormParams> = definePrimitive<NormParams>('norm', {
  type: (_, { kept }) => ({ shape: kept, dtype: 'float64' }),
  kernel: ([z], { kept, ord }) => scaledNorm(ord === 2 ? z.data : moduli(z), broadcastMap(kept, z.shape), kept, ord),
  // d‖z‖ = Re Σ conj(uᵢ) dzᵢ with the gradient u
  jvp: ([z], [zDot], [value], { kept, ord }) => sumOver(real(seeded(conj(direction(z, value, kept, ord)), zDot)), kept),
  vjp: ([z], [value], [cotangent], { kept, ord }) => [seeded(cotangent, direction(z, value, kept, ord))],
  batch: ([z], { size, params }) => bind(normP, [z], { ...params, kept: [size, ...params.kept] }),
})

function moduli({ dtype, data }: Tensor): Float64Array {
  if (dtype === 'float64') return data.map(Math.abs)
  return Float64Array.from({ length: data.length / 2 }, (_, i) => Math.hypot(data[2 * i], data[2 * i + 1]))
}

/** (Σ|xᵢ|ᵖ)^(1/p) of each group as M (Σ(|xᵢ|/M)ᵖ)^(1/p), M = max|xᵢ|, so that powers do not overflow. */
function scaledNorm(x: Float64Array, map: Int32Array, kept: Shape, ord: number): Float64Array {
  const width = map.length === 0 ? 1 : x.length / map.length // 2 where parts count as elements of their own
  const largest = new Float64Array(sizeOf(kept))
  for (let i = 0; i < x.length; i++) {
    const group = map[Math.floor(i / width)]
    largest[group] = Math.max(largest[group], Math.abs(x[i]))
  }
  if (ord === Infinity) return largest
  const sums = new Float64Array(largest.length)
  for (let i = 0; i < x.length; i++) {
    const group = map[Math.floor(i / width)]
    if (largest[group] > 0 && largest[group] < Infinity) sums[group] += (Math.abs(x[i]) / largest[group]) ** ord
  }
  return sums.map((s, group) => (largest[group] < Infinity ? largest[group] * s ** (1 / ord) : largest[group]))
}

/** The gradient u of ‖z‖_p: z|z|ᵖ⁻²/‖z‖ᵖ⁻¹, written so that it is 0 at 0 and smooth where the norm is. */
function direction(z: Tensor, value: Tensor, kept: Shape, ord: number): Tensor {
  const isZero = equal(value, 0)
  if (ord === 1) return sign(z)
  if (ord === Infinity) {
    const isLargest = equal(abs(z), value)
    return div(seeded(sign(z), isLargest), add(sumOver(isLargest, kept), equal(sumOver(isLargest, kept), 0)))
  }
  const unit = where(isZero, 0, div(z, add(value, isZero)))
  if (ord === 2) return unit
  if (ord < 2) return seeded(sign(z), pow(abs(unit), ord - 1))
  return mul(unit, ord % 2 === 0 ? pow(abs2(unit), ord / 2 - 1) : pow(abs(unit), ord - 2))
}

export interface NormOptions extends ReductionOptions {
  /** p of the p-norm, 1 ≤ p ≤ Infinity; default 2. */
  readonly ord?: number
}

/**
 * ‖z‖_p = (Σ|zᵢ|ᵖ)^(1/p) over the given axes, max|zᵢ| for p = Infinity; p = 2, the default, is the Frobenius norm of a matrix. It is
 * a norm of the elements, not an operator norm. Scaled, so that powers do not overflow. Its derivative w̄ z|z|ᵖ⁻²/‖z‖ᵖ⁻¹ is 0 at 0,
 * for p = 1 at every element that is 0; for p = Infinity the largest elements share it equally.
 *
 * @throws ArgumentError unless 1 ≤ ord ≤ Infinity.
 */
export function norm(z: TensorLike, { axis, keepdims = false, ord = 2 }: NormOptions = {}): Tensor {
  const a = toTensor(z, 'norm')
  if (!(ord >= 1)) {
    throw new ArgumentError(`norm: ord must be a number from 1 to Infinity, got ${ord}. Below 1 it would be no norm.`)
  }
  const axes = reducedAxes('norm', a, axis)
  const kept = a.shape.map((length, i) => (axes.has(i) ? 1 : length))
  const value = bind(normP, [a], { kept, ord })
  return keepdims
    ? value
    : reshape(
        value,
        a.shape.filter((_, i) => !axes.has(i)),
      )
}
