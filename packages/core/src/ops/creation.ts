import { ArgumentError } from '../errors.ts'
import { lengthOf, requireShape, Tensor, toTensor, type Shape, type TensorLike } from '../tensor.ts'
import { complex } from './conjugation.ts'
import { broadcastTo } from './shape.ts'
import { requireNumbers } from './types.ts'

export interface CreationOptions {
  /** Default `float64`; `complex128` gives zero imaginary parts. */
  readonly dtype?: 'float64' | 'complex128'
}

/** A new tensor of real numbers, of either dtype. */
function filled(shape: Shape, dtype: 'float64' | 'complex128', element: (i: number) => number): Tensor {
  const data = new Float64Array(lengthOf({ shape, dtype }))
  const width = dtype === 'complex128' ? 2 : 1
  for (let i = 0; i < data.length; i += width) data[i] = element(i / width)
  return new Tensor(shape, dtype, data)
}

/** Zeros. */
export function zeros(shape: Shape, { dtype = 'float64' }: CreationOptions = {}): Tensor {
  return new Tensor(requireShape('zeros', shape), dtype, new Float64Array(lengthOf({ shape, dtype })))
}

/** Ones. */
export function ones(shape: Shape, { dtype = 'float64' }: CreationOptions = {}): Tensor {
  return filled(requireShape('ones', shape), dtype, () => 1)
}

/** `value` at every place of `shape`, or broadcast to it; differentiable in the value, whose dtype is the default one. */
export function full(shape: Shape, value: TensorLike, { dtype }: CreationOptions = {}): Tensor {
  const x = toTensor(value, 'full')
  requireNumbers('full', [x])
  if (dtype === 'float64' && x.dtype === 'complex128')
    throw new ArgumentError(
      'full: expected a real value for dtype float64, got a complex one. Leave dtype out, or use real.',
    )
  return broadcastTo(dtype === 'complex128' && x.dtype === 'float64' ? complex(x) : x, requireShape('full', shape))
}

/** The n × n identity matrix. */
export function eye(n: number, { dtype = 'float64' }: CreationOptions = {}): Tensor {
  return filled(requireShape('eye', [n, n]), dtype, (i) => (i % (n + 1) === 0 ? 1 : 0))
}

/** `count` equally spaced numbers from `start` to `stop`, both included. */
export function linspace(
  start: number,
  stop: number,
  count: number,
  { dtype = 'float64' }: CreationOptions = {},
): Tensor {
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError(`linspace: count must be an integer ≥ 1, got ${count}.`)
  }
  const step = count === 1 ? 0 : (stop - start) / (count - 1)
  return filled([count], dtype, (i) => (i === count - 1 && count > 1 ? stop : start + i * step))
}

/** The numbers start, start + step, … below stop; `arange(n)` is 0 … n − 1. Options come last, wherever that is. */
export function arange(stop: number, options?: CreationOptions): Tensor
export function arange(start: number, stop: number, options?: CreationOptions): Tensor
export function arange(start: number, stop?: number, step?: number, options?: CreationOptions): Tensor
export function arange(...args: readonly (number | CreationOptions | undefined)[]): Tensor {
  const numbers = args.filter((x): x is number => typeof x === 'number')
  const { dtype = 'float64' } = args.find((x): x is CreationOptions => typeof x === 'object') ?? {}
  const [first, end, step] = numbers.length < 2 ? [0, numbers[0], 1] : [numbers[0], numbers[1], numbers[2] ?? 1]
  if (step === 0 || !Number.isFinite(step) || !Number.isFinite(first) || !Number.isFinite(end)) {
    throw new ArgumentError(`arange: expected finite bounds and a step that is not 0, got (${first}, ${end}, ${step}).`)
  }
  const count = Math.max(0, Math.ceil((end - first) / step))
  return filled([count], dtype, (i) => first + i * step)
}
