import { grad } from './grad.ts'
import { forwardMode, jacobianTree, type Jacobian } from './jacobian.ts'
import { jvp } from './jvp.ts'
import { toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import type { Loose } from '../tree.ts'

/**
 * The second derivative of a real function f of one tensor: the Jacobian of its gradient g, forward over reverse. For a real x
 * the symmetric array of shape [...in, ...in]; for a complex one the pair of such arrays with
 * g(z + h) ≈ g(z) + A h + B conj(h): A = dz = 2 ∂²f/∂z̄∂z is hermitian, B = dzbar = 2 ∂²f/∂z̄² symmetric. For a tree use `hvp`.
 *
 * @throws ShapeError if f gives more than one number; DtypeError if it gives a complex one.
 */
export function hessian<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: TensorLike, ...rest: R) => Jacobian {
  const gradient = grad(f)
  return (x, ...rest) => {
    const along = (own: Tensor): Tensor => gradient(own, ...rest)
    return jacobianTree<Tensor, Jacobian>('hessian', along, toTensor(x, 'hessian'), { mode: forwardMode })
  }
}

/**
 * The second derivative of a real function f along v, without its matrix: `hvp(f)(x, v)` is d/dt grad f(x + t v) at t = 0,
 * forward over reverse, for the price of about two gradients. x and v may be trees; further arguments are constants.
 *
 * @throws ShapeError if v does not have the structure and shapes of x, or if f gives more than one number; DtypeError if it
 * gives a complex one.
 */
export function hvp<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
): (x: TensorLike, v: TensorLike, ...rest: R) => Tensor
export function hvp<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: Loose<X>, v: Loose<X>, ...rest: R) => X
export function hvp<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
): (x: Loose<X>, v: Loose<X>, ...rest: R) => X {
  const along = jvp<X, X, R>(grad<X, R>(f) as (x: X, ...rest: R) => X)
  return (x, v, ...rest) => along(x, v, ...rest).tangent
}
