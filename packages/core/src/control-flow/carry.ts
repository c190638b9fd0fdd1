/** What a loop carries from step to step: the leaves of a tree, which keep their types. */
import { DtypeError, ShapeError } from '../errors.ts'
import { project } from '../ops/conjugation.ts'
import { sameShape, showType, type Tensor, type TensorType } from '../tensor.ts'
import { firstDifference, flatten, showStructure, unflatten, type Structure } from '../tree.ts'

/** The leaves of a tree, or of no tree at all, and the way back. */
export interface Parts {
  readonly leaves: readonly Tensor[]
  /** Where each leaf stands, like `.rates[1]`. */
  readonly paths: readonly string[]
  readonly structure: Structure
  readonly rebuild: (leaves: readonly Tensor[]) => unknown
}

/** The parts of a tree of tensors; `undefined` and `null` have none. */
export function partsOf(tree: unknown, caller: string): Parts {
  if (tree === undefined || tree === null)
    return { leaves: [], paths: [], structure: nothing, rebuild: () => undefined }
  const { leaves, structure, paths } = flatten(tree, caller)
  leaves.forEach((leaf, i) => {
    if (leaf.dtype === 'opaque')
      throw new DtypeError(`${caller}: ${leafName(paths[i])} is an opaque handle. Handles reach a body by its closure.`)
  })
  return { leaves, paths, structure, rebuild: (own) => unflatten(structure, own) }
}

/** What a leaf is called in a message. */
export const leafName = (path: string): string => (path === '' ? 'the value' : `leaf ${path}`)

/** The structure of no tree at all. */
const nothing: Structure = { kind: 'list', items: [] }

/** A structure for a message. */
export const shown = (structure: Structure): string => (structure === nothing ? 'nothing' : showStructure(structure))

/** Whether two parts have the same structure; no tree is not an empty one. */
export const sameParts = (a: Parts, b: Parts): boolean =>
  (a.structure === nothing) === (b.structure === nothing) && firstDifference(a.structure, b.structure) === undefined

/**
 * The leaves of the next carry, which must have the structure, shapes and dtypes of the first one. A real leaf where the
 * carry is complex is embedded.
 */
export function fitCarry(caller: string, carry: Parts, next: unknown): readonly Tensor[] {
  const found = partsOf(next, caller)
  if (!sameParts(found, carry)) {
    throw new ShapeError(
      `${caller}: the carry must keep its structure; it was ${shown(carry.structure)} and became ${shown(found.structure)}. ` +
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
