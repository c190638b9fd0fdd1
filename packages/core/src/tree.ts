import { isComplex, type Complex } from './complex.ts'
import { DtypeError, ShapeError } from './errors.ts'
import { nameKey } from './identity.ts'
import { describeValue, Tensor, toTensor, type TensorLike } from './tensor.ts'

/**
 * A tree (tensors nested in objects and arrays to any depth) in which every tensor may also be given as a number or a
 * complex number.
 */
export type Loose<T> = T extends Tensor
  ? TensorLike
  : T extends number | Complex
    ? T
    : T extends object
      ? { [K in keyof T]: Loose<T[K]> }
      : T

/** A tree in which every number is a tensor: what a function gets for a `Loose` one. */
export type Firm<T> = T extends Tensor | number | Complex
  ? Tensor
  : T extends object
    ? { [K in keyof T]: Firm<T[K]> }
    : T

/** The shape of a tree without its leaves. */
export type Structure =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, Structure])[] }

const leaf: Structure = { kind: 'leaf' }

export interface FlatTree {
  readonly leaves: Tensor[]
  readonly structure: Structure
  /** Where each leaf stands, like `.rates[1]`, for messages. */
  readonly paths: string[]
}

/** The leaves of a tree as tensors, and its structure. */
export function flatten(tree: unknown, caller: string): FlatTree {
  const leaves: Tensor[] = []
  const paths: string[] = []
  const visit = (x: unknown, path: string): Structure => {
    if (x instanceof Tensor || typeof x === 'number' || isComplex(x)) {
      leaves.push(toTensor(x, caller))
      paths.push(path)
      return leaf
    }
    if (Array.isArray(x)) return { kind: 'list', items: x.map((item, i) => visit(item, `${path}[${i}]`)) }
    if (typeof x === 'object' && x !== null && isPlain(x)) {
      return { kind: 'record', entries: Object.entries(x).map(([key, item]) => [key, visit(item, `${path}.${key}`)]) }
    }
    throw new DtypeError(
      `${caller}: expected tensors, numbers or complex numbers in objects and arrays, got ${describeValue(x)}${path === '' ? '' : ` at ${path}`}. ` +
        'Pass settings that are no parameters in a closure.',
    )
  }
  return { structure: visit(tree, ''), leaves, paths }
}

function isPlain(x: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}

/** The tree of this structure with these leaves. */
export function unflatten(structure: Structure, leaves: readonly unknown[]): unknown {
  let next = 0
  const build = (part: Structure): unknown => {
    switch (part.kind) {
      case 'leaf':
        return leaves[next++]
      case 'list':
        return part.items.map(build)
      case 'record':
        return Object.fromEntries(part.entries.map(([key, item]) => [key, build(item)]))
    }
  }
  return build(structure)
}

/** The leaves of `tree`, which must have this structure. */
export function zipTrees(caller: string, structure: Structure, tree: unknown): Tensor[] {
  const found = flatten(tree, caller)
  const difference = firstDifference(structure, found.structure)
  if (difference !== undefined) {
    throw new ShapeError(
      `${caller}: expected a tree of structure ${showStructure(structure)}, got ${showStructure(found.structure)}. ` +
        `${difference} Both must have the same keys in the same order.`,
    )
  }
  return found.leaves
}

/** Where the second structure first departs from the first, as a sentence; undefined if they are equal. */
export function firstDifference(expected: Structure, found: Structure | undefined, path = ''): string | undefined {
  if (found === undefined || expected.kind !== found.kind) return departure(path, expected, found)
  const [own, other] = [branches(expected), branches(found)]
  for (let i = 0; i < Math.max(own.length, other.length); i++) {
    const [mine, theirs] = [own.at(i), other.at(i)]
    if (mine === undefined) return departure(`${path}${theirs![0]}`, undefined, theirs![1])
    const difference = firstDifference(mine[1], theirs?.[0] === mine[0] ? theirs[1] : undefined, `${path}${mine[0]}`)
    if (difference !== undefined) return difference
  }
  return undefined
}

function branches(structure: Structure): readonly (readonly [step: string, Structure])[] {
  if (structure.kind === 'leaf') return []
  if (structure.kind === 'list') return structure.items.map((item, i) => [`[${i}]`, item])
  return structure.entries.map(([key, item]) => [`.${key}`, item])
}

function departure(path: string, expected: Structure | undefined, found: Structure | undefined): string {
  const describe = (part: Structure | undefined): string => {
    if (part === undefined) return 'nothing'
    return part.kind === 'leaf' ? 'a tensor' : showStructure(part)
  }
  return `At ${path === '' ? 'the top' : path}: expected ${describe(expected)}, got ${describe(found)}.`
}

/** A text that is equal for equal structures alone; `showStructure` is for people. */
export function keyOfStructure(structure: Structure): string {
  switch (structure.kind) {
    case 'leaf':
      return '.'
    case 'list':
      return `[${structure.items.map(keyOfStructure).join()}]`
    case 'record':
      return `{${structure.entries.map(([key, item]) => `${nameKey(key)}:${keyOfStructure(item)}`).join()}}`
  }
}

/** A structure as text, `{ a: •, b: [•, •] }`, for messages. */
export function showStructure(structure: Structure): string {
  switch (structure.kind) {
    case 'leaf':
      return '•'
    case 'list':
      return `[${structure.items.map(showStructure).join(', ')}]`
    case 'record':
      return `{ ${structure.entries.map(([key, item]) => `${key}: ${showStructure(item)}`).join(', ')} }`
  }
}

/** Applies f to every leaf. */
export function mapTree<T>(f: (leaf: Tensor) => Tensor, tree: T): T {
  const { leaves, structure } = flatten(tree, 'mapTree')
  return unflatten(structure, leaves.map(f)) as T
}
