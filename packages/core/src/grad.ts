import { DtypeError, ShapeError } from './errors.ts'
import { closeInputs, freshInput, settle } from './graph.ts'
import { pullBack } from './vjp.ts'
import { Tensor, toTensor, showShape, type TensorLike } from './tensor.ts'
import { flatten, unflatten, type Loose } from './tree.ts'

/**
 * Value and gradient of a real function f with respect to its first argument, which may be a tree:
 * ∂f/∂Re z + i ∂f/∂Im z = 2 ∂f/∂z̄, the direction of steepest ascent, so z − η g descends. A real argument has a real gradient.
 *
 * @throws ShapeError if f gives more than one number; DtypeError if it gives a complex one.
 */
export function valueAndGrad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: Loose<X>, ...rest: R) => { readonly value: Tensor; readonly gradient: X } {
  return (x, ...rest) => {
    const { leaves, structure } = flatten(x, 'grad')
    const inputs = leaves.map(freshInput)
    let value: Tensor
    try {
      value = requireRealScalar(toTensor(f(unflatten(structure, inputs) as X, ...rest), 'grad'))
    } finally {
      closeInputs(inputs)
    }
    const gradient = pullBack(inputs, [value], [onesLike(value)])
    return { value: settle(value), gradient: unflatten(structure, gradient) as X }
  }
}

/** The gradient of a real function; see `valueAndGrad`. */
export function grad<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: Loose<X>, ...rest: R) => X {
  const both = valueAndGrad(f)
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
        'Take real, imag or abs2 of it, or use vjp or wirtinger for the derivative of a complex function.',
    )
  }
  return value
}
