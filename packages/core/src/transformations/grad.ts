import { cadConvention, translateTree, type ConventionOption } from './convention.ts'
import { DtypeError, ShapeError } from '../errors.ts'
import { recordRun, valueTree } from './recording.ts'
import { pullTree } from './vjp.ts'
import { Tensor, toTensor, showShape, type TensorLike } from '../tensor.ts'
import type { Loose } from '../tree.ts'

/** What one run of `valueAndGrad` gives; the gradient is a tree like the argument. */
export interface ValueAndGradient<X> {
  readonly value: Tensor
  readonly gradient: X
}

/**
 * Value and gradient of a real function f with respect to its first argument, which may be a tree:
 * ∂f/∂Re z + i ∂f/∂Im z = 2 ∂f/∂z̄, the direction of steepest ascent, so z − η g descends. A real argument has a real gradient.
 * `convention: jaxConvention` gives the conjugate.
 *
 * @throws ShapeError if f gives more than one number; DtypeError if it gives a complex one.
 */
export function valueAndGrad<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
  options?: ConventionOption,
): (x: TensorLike, ...rest: R) => ValueAndGradient<Tensor>
export function valueAndGrad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
  options?: ConventionOption,
): (x: Loose<X>, ...rest: R) => ValueAndGradient<X>
export function valueAndGrad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
  { convention = cadConvention }: ConventionOption = {},
): (x: Loose<X>, ...rest: R) => ValueAndGradient<X> {
  const checked = (x: X, ...rest: R): Tensor => requireRealScalar(toTensor(f(x, ...rest), 'grad'))
  return (x, ...rest) => {
    const recording = recordRun('grad', checked, x, rest)
    const value = valueTree<Tensor>(recording)
    return { value, gradient: translateTree(convention, pullTree<X>(recording, onesLike(value))) }
  }
}

/** The gradient of a real function; see `valueAndGrad`. */
export function grad<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
  options?: ConventionOption,
): (x: TensorLike, ...rest: R) => Tensor
export function grad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
  options?: ConventionOption,
): (x: Loose<X>, ...rest: R) => X
export function grad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
  { convention = cadConvention }: ConventionOption = {},
): (x: Loose<X>, ...rest: R) => X {
  const both = valueAndGrad<X, R>(f, { convention })
  return (x, ...rest) => both(x, ...rest).gradient
}

const onesLike = ({ shape }: Tensor): Tensor => new Tensor(shape, 'float64', Float64Array.of(1))

function requireRealScalar(value: Tensor): Tensor {
  if (value.size !== 1) {
    throw new ShapeError(
      `grad: the function must give one real number, got shape ${showShape(value.shape)}. For several outputs use vjp or jacobian.`,
    )
  }
  if (value.dtype !== 'float64') {
    throw new DtypeError(
      'grad: the function must give a real number, got a complex one, which has no gradient. ' +
        'Take real, imag or abs2 of it, or use vjp, jacobian or wirtinger for the derivative of a complex function.',
    )
  }
  return value
}
