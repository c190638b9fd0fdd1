import { DtypeError, ShapeError } from '../errors.ts'
import { project } from '../ops/conjugation.ts'
import { sameShape, showType, type Tensor, type TensorType } from '../tensor.ts'
import { flatten, showStructure, unflatten } from '../tree.ts'

/** The leaves of a tree, or of no tree at all, and the way back. */
export interface Parts {
  readonly leaves: readonly Tensor[]
  /** Where each leaf stands, like `.rates[1]`. */
  readonly paths: readonly string[]
  /** The structure as text. */
  readonly shown: string
  readonly rebuild: (leaves: readonly Tensor[]) => unknown
}

/** The parts of a tree of tensors; `undefined` and `null` have none. */
export function partsOf(tree: unknown, caller: string): Parts {
  if (tree === undefined || tree === null) return { leaves: [], paths: [], shown: 'nothing', rebuild: () => undefined }
  const { leaves, structure, paths } = flatten(tree, caller)
  leaves.forEach((leaf, i) => {
    if (leaf.dtype === 'opaque')
      throw new DtypeError(`${caller}: ${leafName(paths[i])} is an opaque handle. Handles reach a body by its closure.`)
  })
  return { leaves, paths, shown: showStructure(structure), rebuild: (own) => unflatten(structure, own) }
}

/** What a leaf is called in a message. */
export const leafName = (path: string): string => (path === '' ? 'the value' : `leaf ${path}`)

export const typeOf = ({ shape, dtype }: TensorType): TensorType => ({ shape, dtype })

/**
 * The leaves of the next carry, which must have the structure, shapes and dtypes of the first one. A real leaf where the
 * carry is complex is embedded.
 */
export function fitCarry(caller: string, carry: Parts, next: unknown): readonly Tensor[] {
  const found = partsOf(next, caller)
  if (found.shown !== carry.shown) {
    throw new ShapeError(
      `${caller}: the carry must keep its structure; it was ${carry.shown} and became ${found.shown}. ` +
        'Return a carry with the same keys in the same order.',
    )
  }
  return found.leaves.map((leaf, i) => fitLeaf(caller, carry.leaves[i], leaf, leafName(carry.paths[i])))
}

function fitLeaf(caller: string, before: TensorType, leaf: Tensor, name: string): Tensor {
  const changed = `${caller}: the carry must keep its types; ${name} was ${showType(before)} and became ${showType(leaf)}.`
  if (!sameShape(before.shape, leaf.shape)) {
    throw new ShapeError(`${changed} Start with the shape that the body gives, or reshape it in the body.`)
  }
  if (before.dtype === 'float64' && leaf.dtype === 'complex128') {
    throw new DtypeError(`${changed} Start with a complex carry, complex(x), or take real(…) in the body.`)
  }
  return project(leaf, before.dtype)
}
