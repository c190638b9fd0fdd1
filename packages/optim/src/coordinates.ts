/** A tree of real and complex parameters as one real vector, and back. */
import { ArgumentError, DtypeError, isComplex, mapTree, Tensor, toTensor, type Loose } from '@cad/core'

/** A tree of tensors as one real vector: leaf after leaf, row-major, a complex number as its two parts (re, im). */
export interface Coordinates<X> {
  /** Number of real coordinates. */
  readonly size: number
  /** The tree with these coordinates. The vector is copied. */
  readonly toTree: (vector: Float64Array) => X
  /** The coordinates of a tree of the same structure. */
  readonly toVector: (tree: X) => Float64Array
  /** |xᵢ| of each coordinate; both parts of a complex number have its modulus. */
  readonly moduli: (vector: Float64Array) => Float64Array
  /** Where coordinate k stands, like `.rates[1]: element 0`, for messages. */
  readonly describe: (k: number) => string
}

/** A leaf with the place where it stands in its tree. */
interface PlacedLeaf {
  readonly path: string
  readonly leaf: Tensor
}

/**
 * The real coordinates of trees like this one. The vector of a gradient ∂L/∂Re z + i ∂L/∂Im z is then the real gradient.
 *
 * @throws DtypeError if the tree holds anything but numbers, complex numbers and tensors.
 */
export function coordinatesOf<X>(caller: string, template: Loose<X>): Coordinates<X> {
  const places = leavesOf(caller, template, '')
  const size = places.reduce((total, { leaf }) => total + leaf.data.length, 0)
  return {
    size,
    toTree: (vector) => {
      let offset = 0
      const next = ({ shape, dtype, data }: Tensor): Tensor =>
        new Tensor(shape, dtype, vector.slice(offset, (offset += data.length)))
      return mapTree(next, template) as X
    },
    toVector: (tree) => concatenate(caller, size, leavesOf(caller, tree, '')),
    moduli: (vector) => moduliOf(places, vector),
    describe: (k) => describe(places, k),
  }
}

/** The leaves of a tree in the order of its keys. */
export function leavesOf(caller: string, tree: unknown, path: string): PlacedLeaf[] {
  if (tree instanceof Tensor || typeof tree === 'number' || isComplex(tree)) {
    return [{ path, leaf: toTensor(tree, caller) }]
  }
  if (Array.isArray(tree)) return tree.flatMap((item, i) => leavesOf(caller, item, `${path}[${i}]`))
  if (typeof tree === 'object' && tree !== null) {
    return Object.entries(tree).flatMap(([key, item]) => leavesOf(caller, item, `${path}.${key}`))
  }
  throw new DtypeError(
    `${caller}: expected tensors, numbers or complex numbers in objects and arrays, got ${typeof tree}${path && ` at ${path}`}. ` +
      'Pass settings that are no parameters in a closure.',
  )
}

function concatenate(caller: string, size: number, places: readonly PlacedLeaf[]): Float64Array {
  const found = places.reduce((total, { leaf }) => total + leaf.data.length, 0)
  if (found !== size) {
    throw new ArgumentError(
      `${caller}: expected ${size} real numbers as at the start, got ${found}. ` +
        'A function must give the same shapes and dtypes at every point.',
    )
  }
  const vector = new Float64Array(size)
  let offset = 0
  for (const { leaf } of places) {
    vector.set(leaf.data, offset)
    offset += leaf.data.length
  }
  return vector
}

function moduliOf(places: readonly PlacedLeaf[], vector: Float64Array): Float64Array {
  const moduli = vector.map(Math.abs)
  let offset = 0
  for (const { leaf } of places) {
    if (leaf.dtype === 'complex128') {
      for (let k = offset; k < offset + leaf.data.length; k += 2)
        moduli.fill(Math.hypot(vector[k], vector[k + 1]), k, k + 2)
    }
    offset += leaf.data.length
  }
  return moduli
}

function describe(places: readonly PlacedLeaf[], k: number): string {
  let offset = k
  for (const { path, leaf } of places) {
    if (offset < leaf.data.length) {
      const isPair = leaf.dtype === 'complex128'
      const element = isPair ? Math.floor(offset / 2) : offset
      const part = isPair ? (offset % 2 === 0 ? ', real part' : ', imaginary part') : ''
      return `${path === '' ? '' : `${path}: `}element ${element}${part}`
    }
    offset -= leaf.data.length
  }
  return `coordinate ${k}`
}
