import { ArgumentError } from '../errors.ts'
import { lengthOf, requireShape, sizeOf, Tensor, type Shape } from '../tensor.ts'

interface CreationOptions {
  readonly dtype?: 'float64' | 'complex128'
}

/** Zeros. */
export function zeros(shape: Shape, { dtype = 'float64' }: CreationOptions = {}): Tensor {
  return new Tensor(requireShape('zeros', shape), dtype, new Float64Array(lengthOf({ shape, dtype })))
}

/** Ones. */
export const ones = (shape: Shape): Tensor =>
  new Tensor(requireShape('ones', shape), 'float64', new Float64Array(sizeOf(shape)).fill(1))

/** The n × n identity matrix. */
export function eye(n: number): Tensor {
  return new Tensor(
    requireShape('eye', [n, n]),
    'float64',
    Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
  )
}

/** `count` equally spaced numbers from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number): Tensor {
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError(`linspace: count must be an integer ≥ 1, got ${count}.`)
  }
  const step = count === 1 ? 0 : (stop - start) / (count - 1)
  const data = Float64Array.from({ length: count }, (_, i) => (i === count - 1 && count > 1 ? stop : start + i * step))
  return new Tensor([count], 'float64', data)
}

/** The numbers start, start + step, … below stop; `arange(n)` is 0 … n − 1. */
export function arange(start: number, stop?: number, step = 1): Tensor {
  const [first, end] = stop === undefined ? [0, start] : [start, stop]
  if (step === 0 || !Number.isFinite(step) || !Number.isFinite(first) || !Number.isFinite(end)) {
    throw new ArgumentError(`arange: expected finite bounds and a step that is not 0, got (${first}, ${end}, ${step}).`)
  }
  const count = Math.max(0, Math.ceil((end - first) / step))
  return new Tensor(
    [count],
    'float64',
    Float64Array.from({ length: count }, (_, i) => first + i * step),
  )
}
