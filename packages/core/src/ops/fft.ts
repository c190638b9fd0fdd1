import { currentBackend } from '@cad/kernels'
import { ArgumentError, DtypeError, ShapeError } from '../errors.ts'
import { showShape, sizeOf, Tensor, toTensor, type TensorLike } from '../tensor.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import { mul } from './arithmetic.ts'
import { real } from './conjugation.ts'
import { requireAxis } from './joining.ts'
import { complexData } from './matrix-numbers.ts'
import { atPositions } from './at-positions.ts'
import { reshape } from './shape.ts'
import { requireNumbers } from './types.ts'

type DftParams = {
  readonly axis: number
  readonly inverse: boolean
}

/** Σⱼ xⱼ e^{∓2πijk/n} along an axis, without a scale factor. */
const dftP: Primitive<DftParams> = definePrimitive<DftParams>('dft', {
  holomorphic: true,
  type: ([x]) => {
    requireNumbers('fft', [x])
    return { shape: x.shape, dtype: 'complex128' }
  },
  kernel: ([x], { axis, inverse }) => {
    const data = x.dtype === 'complex128' ? x.data.slice() : complexData(x)
    const [before, after] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))]
    currentBackend().fft(before, x.shape[axis], after, data, inverse)
    return data
  },
  // Re⟨ȳ, F ẋ⟩ = Re⟨Fᴴ ȳ, ẋ⟩, and Fᴴ, F being symmetric, is its conjugate: the other sign in the exponent.
  adjoint: (cotangent, { params: { axis, inverse } }) => dft(cotangent, { axis, inverse: !inverse }),
})

const dft = (x: Tensor, params: DftParams): Tensor => bind(dftP, [x], params)

/** The axis, the last by default, and the length n to which it is cut or filled up with zeros first, its own by default. */
export interface FftOptions {
  readonly n?: number
  readonly axis?: number
}

/**
 * The discrete Fourier transform yₖ = Σⱼ xⱼ e^{−2πijk/n} along an axis, for any length n; error O(ε log n). Its adjoint is n · `ifft`.
 *
 * @returns complex, the shape of x with length n along the axis.
 * @throws ShapeError if there is no such axis or it is empty; ArgumentError if n is not an integer ≥ 1.
 */
export function fft(x: TensorLike, options: FftOptions = {}): Tensor {
  const { resized, axis } = prepare('fft', toTensor(x, 'fft'), options)
  return dft(resized, { axis, inverse: false })
}

/**
 * The inverse of `fft`, xⱼ = (1/n) Σₖ yₖ e^{2πijk/n}. Its adjoint is `fft` over n.
 *
 * @returns complex, the shape of y with length n along the axis.
 * @throws as `fft`.
 */
export function ifft(y: TensorLike, options: FftOptions = {}): Tensor {
  const { resized, axis, n } = prepare('ifft', toTensor(y, 'ifft'), options)
  // Scaled first: a mean does not overflow where its sum would.
  return dft(mul(1 / n, resized), { axis, inverse: true })
}

/**
 * The first ⌊n/2⌋ + 1 elements of the `fft` of a real x; the others are their conjugates in reverse order.
 *
 * @returns complex, with length ⌊n/2⌋ + 1 along the axis.
 * @throws as `fft`; DtypeError for a complex x.
 */
export function rfft(x: TensorLike, options: FftOptions = {}): Tensor {
  const a = toTensor(x, 'rfft')
  if (a.dtype === 'complex128') {
    throw new DtypeError(
      'rfft: expected a real tensor, got a complex one, whose spectrum has no symmetry. Use fft, or real or imag of it.',
    )
  }
  const { resized, axis, n } = prepare('rfft', a, options)
  return resize('rfft', dft(resized, { axis, inverse: false }), axis, Math.floor(n / 2) + 1)
}

/**
 * The real tensor of length n whose `rfft` is y. The imaginary parts of element 0 and, for even n, element n/2 do not matter.
 *
 * @param options `n` is the length of the result, by default 2(m − 1) for length m of y; for an odd length give it.
 * @returns real, with length n along the axis.
 * @throws as `fft`.
 */
export function irfft(y: TensorLike, { n, axis = -1 }: FftOptions = {}): Tensor {
  const a = toTensor(y, 'irfft')
  const along = requireAxis('irfft', axis, a.shape.length)
  const length = requireLength('irfft', n ?? 2 * (a.shape[along] - 1))
  const bins = Math.floor(length / 2) + 1
  // x = (1/n) Re Σₖ cₖ yₖ e^{2πijk/n}: the inner bins stand for themselves and for their conjugates.
  const weights = Float64Array.from({ length: bins }, (_, k) => (k === 0 || 2 * k === length ? 1 : 2) / length)
  const column = reshape(new Tensor([bins], 'float64', weights), [bins, ...a.shape.slice(along + 1).map(() => 1)])
  const weighted = mul(column, resize('irfft', a, along, bins))
  return real(dft(resize('irfft', weighted, along, length), { axis: along, inverse: true }))
}

function prepare(
  caller: string,
  x: Tensor,
  { n, axis = -1 }: FftOptions,
): { resized: Tensor; axis: number; n: number } {
  const along = requireAxis(caller, axis, x.shape.length)
  if (x.shape[along] === 0 && n === undefined) {
    throw new ShapeError(
      `${caller}: axis ${along} of shape ${showShape(x.shape)} is empty, and nothing has no spectrum. Give n ≥ 1 for zeros.`,
    )
  }
  const length = requireLength(caller, n ?? x.shape[along])
  return { resized: resize(caller, x, along, length), axis: along, n: length }
}

function requireLength(caller: string, n: number): number {
  if (Number.isInteger(n) && n >= 1) return n
  throw new ArgumentError(`${caller}: the length n must be an integer ≥ 1, got ${n}. Give n, the length of the result.`)
}

/** x cut or filled up with zeros to length n along an axis. */
function resize(caller: string, x: Tensor, axis: number, n: number): Tensor {
  const length = x.shape[axis]
  if (n === length) return x
  return atPositions(caller, x, new Map([[axis, Int32Array.from({ length: n }, (_, i) => (i < length ? i : -1))]]))
}
