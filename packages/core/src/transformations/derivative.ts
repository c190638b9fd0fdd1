import { DerivativeError, ShapeError } from '../errors.ts'
import { linearize } from './linearize.ts'
import { add, mul, sub } from '../ops/arithmetic.ts'
import { complex, project } from '../ops/conjugation.ts'
import { ones } from '../ops/creation.ts'
import { guard } from '../ops/guard.ts'
import { sameShape, showShape, Tensor, toTensor, type TensorLike } from '../tensor.ts'

/** Options of `derivative`. */
export interface DerivativeOptions {
  /** Largest |∂f/∂z̄| that counts as zero, relative to |∂f/∂z|. */
  readonly tolerance?: number
}

/**
 * The complex derivative f′ of a holomorphic function f: C → C, elementwise over a tensor z: f′ = ½(jvp(1) − i jvp(i)), of the
 * shape of z. A real z has the ordinary derivative along the real axis, to which no condition belongs.
 *
 * @throws DerivativeError if the Cauchy–Riemann equations ∂f/∂z̄ = 0 fail, with the amount; or if an element of the result
 * depends on another one of z. ShapeError if f does not keep the shape of z.
 */
export function derivative<R extends readonly unknown[]>(
  f: (z: Tensor, ...rest: R) => TensorLike,
  { tolerance = 1e-8 }: DerivativeOptions = {},
): (z: TensorLike, ...rest: R) => Tensor {
  return (z, ...rest) => {
    const point = toTensor(z, 'derivative')
    const { value, pushforward } = linearize((x: Tensor) => toTensor(f(x, ...rest), 'derivative'))(point)
    if (!sameShape(value.shape, point.shape)) {
      throw new ShapeError(
        `derivative: the function must act on every element by itself, got shape ${showShape(value.shape)} for ${showShape(point.shape)}. ` +
          'For functions of several numbers use jacobian or wirtinger.',
      )
    }
    const along1 = pushforward(project(ones(point.shape), point.dtype))
    const probe = probeLike(point)
    const mixed = [pushforward(project(probe, point.dtype)), mul(along1, probe)]
    if (point.dtype === 'float64') return guard(along1, [value, point, ...mixed], checkReal, tolerance)
    const turned = mul(complex(0, 1), pushforward(complex(0, ones(point.shape))))
    const [dz, dzbar] = [mul(0.5, sub(along1, turned)), mul(0.5, add(along1, turned))]
    return guard(dz, [value, point, dz, dzbar, ...mixed], checkComplex, tolerance)
  }
}

function checkReal([value, point, found, expected]: readonly Tensor[], tolerance: number): void {
  requireElementwise(found, expected, { tolerance, floor: noise(value, point) })
}

function checkComplex([value, point, dz, dzbar, found, expected]: readonly Tensor[], tolerance: number): void {
  const limits = { tolerance, floor: noise(value, point) }
  requireHolomorphic(dz, dzbar, limits)
  requireElementwise(found, expected, limits)
}

interface Limits {
  readonly tolerance: number
  /** What rounding alone may leave, where the terms of a derivative cancel. */
  readonly floor: Float64Array
}

/** Some 100 ε |f|/max(1, |z|) for every element. */
const noise = (value: Tensor, point: Tensor): Float64Array =>
  Float64Array.from({ length: point.size }, (_, i) => (1e-13 * modulus(value, i)) / Math.max(1, modulus(point, i)))

/** A different real number in (½, 3⁄2) for every element: multiples of the golden ratio, modulo 1. */
function probeLike({ shape, size }: Tensor): Tensor {
  return new Tensor(
    shape,
    'float64',
    Float64Array.from({ length: size }, (_, i) => 0.5 + ((i * 0.6180339887498949) % 1)),
  )
}

/** A defect that is not below the limit, NaN included; infinite derivatives are not judged. */
const exceeds = (defect: number, limit: number): boolean => Number.isFinite(limit) && !(defect <= limit)

function requireHolomorphic(dz: Tensor, dzbar: Tensor, { tolerance, floor }: Limits): void {
  for (let i = 0; i < dz.size; i++) {
    const [size, defect] = [modulus(dz, i), modulus(dzbar, i)]
    if (!exceeds(defect, tolerance * size + floor[i])) continue
    throw new DerivativeError(
      `derivative: the function is not holomorphic${place(dz, i)}: |∂f/∂z̄| = ${defect.toPrecision(3)} where |∂f/∂z| = ${size.toPrecision(3)}, ` +
        `a ratio of ${(defect / size).toExponential(1)}; Cauchy–Riemann asks for 0, to ${tolerance.toExponential(0)}. ` +
        'Use wirtinger(f) for both derivatives.',
    )
  }
}

function requireElementwise(found: Tensor, expected: Tensor, { tolerance, floor }: Limits): void {
  for (let i = 0; i < found.size; i++) {
    const difference = Math.hypot(...parts(found, i).map((x, part) => x - parts(expected, i)[part]))
    const limit = tolerance * (modulus(expected, i) + modulus(found, i)) + floor[i]
    if (!exceeds(difference, limit)) continue
    throw new DerivativeError(
      `derivative: the function must act on every element by itself, but${place(found, i)} it depends on other elements. ` +
        'For functions of several numbers use jacobian or wirtinger.',
    )
  }
}

const parts = ({ dtype, data }: Tensor, i: number): number[] =>
  dtype === 'complex128' ? [data[2 * i], data[2 * i + 1]] : [data[i]]

const modulus = (x: Tensor, i: number): number => Math.hypot(...parts(x, i))

const place = ({ size, shape }: Tensor, i: number): string =>
  size === 1 ? '' : ` at element ${i} (flat) of shape ${showShape(shape)}`
