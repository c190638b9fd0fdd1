import { conj } from '../ops/conjugation.ts'
import type { Tensor } from '../tensor.ts'
import { flatten, unflatten } from '../tree.ts'

/** How cotangents are written at the border of `grad`, `valueAndGrad` and `vjp`; inside there is one convention only. */
export interface Convention {
  readonly name: string
  /** A cotangent of this convention as one of `cadConvention`, and back: its own inverse. */
  readonly translate: (cotangent: Tensor) => Tensor
}

/** The gradient ∂L/∂Re z + i ∂L/∂Im z, the direction of steepest ascent, as in PyTorch and Zygote; the default. */
export const cadConvention: Convention = { name: 'cad', translate: (cotangent) => cotangent }

/**
 * JAX's: cotangents are the conjugates of ours, grad_jax = conj(grad), vjp_jax(w̄) = conj(vjp(conj w̄)). For comparing numbers;
 * z − η g does not descend with it.
 */
export const jaxConvention: Convention = { name: 'jax', translate: conj }

/** Option of `grad`, `valueAndGrad` and `vjp`. */
export interface ConventionOption {
  readonly convention?: Convention
}

/** Every cotangent of a tree from one side of the border to the other. */
export function translateTree<T>({ translate }: Convention, tree: T): T {
  if (translate === cadConvention.translate) return tree
  const { leaves, structure } = flatten(tree, 'vjp')
  return unflatten(structure, leaves.map(translate)) as T
}
