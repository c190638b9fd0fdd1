import { jacobianTree, type JacobianOptions, type JacobianTree, type WirtingerPair } from './jacobian.ts'
import { project } from '../ops/conjugation.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { flatten, unflatten, type Loose } from '../tree.ts'

/**
 * The two Wirtinger derivatives of f, holomorphic or not: df = f_z dz + f_z̄ conj(dz), each of shape [...out, ...in]. Like
 * `jacobian`, but always the pair: a real argument is taken as a complex one.
 *
 * @throws DtypeError if f gives a tree.
 */
export function wirtinger<R extends readonly unknown[]>(
  f: (z: Tensor, ...rest: R) => TensorLike,
  options?: JacobianOptions,
): (z: TensorLike, ...rest: R) => WirtingerPair
export function wirtinger<Z, R extends readonly unknown[]>(
  f: (z: Z, ...rest: R) => TensorLike,
  options?: JacobianOptions,
): (z: Loose<Z>, ...rest: R) => JacobianTree<Z, WirtingerPair>
export function wirtinger<Z, R extends readonly unknown[]>(
  f: (z: Z, ...rest: R) => TensorLike,
  options: JacobianOptions = {},
): (z: Loose<Z>, ...rest: R) => JacobianTree<Z, WirtingerPair> {
  return (z, ...rest) => {
    const { leaves, structure } = flatten(z, 'wirtinger')
    const point = leaves.map((x) => project(x, 'complex128'))
    return jacobianTree('wirtinger', (own: Z) => f(own, ...rest), unflatten(structure, point), options)
  }
}
