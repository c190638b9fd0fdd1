import { alongFirstAxis, evaluateBatch, shared, stackedExamples } from './batch.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { admit, settle } from '../graph.ts'
import { requireAxis } from '../ops/joining.ts'
import { transpose } from '../ops/shape.ts'
import type { Tensor } from '../tensor.ts'
import { graphOf } from '../trace.ts'
import { flatten, showStructure, unflatten, type Firm, type FlatTree, type Loose, type Structure } from '../tree.ts'

/** An axis for all leaves of a tree, null for none, or a list or record with the axes of its parts. */
export type BatchAxes = number | null | readonly BatchAxes[] | { readonly [key: string]: BatchAxes }

/** Where the examples lie. */
export interface VmapOptions {
  /** Of the arguments: one axis for all, or a list with one entry an argument; null for an argument that all examples share. */
  readonly inAxes?: BatchAxes
  /** Of the result: one axis for all its leaves, or a tree of axes. */
  readonly outAxes?: Exclude<BatchAxes, null>
}

/**
 * f for many examples at once: its arguments have an additional axis, its result too. f is traced for one example and applied
 * to all: elementwise by broadcasting, linear rearrangements and products with a common factor in one operation, anything
 * else one after the other. Arguments and results may be trees. Nests with every transformation and with itself.
 *
 * @throws ShapeError if the axes differ in length or do not exist; ArgumentError if no argument has one, or if the tree of axes
 * does not fit; TracingError if f asks for a value.
 */
export function vmap<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  { inAxes = 0, outAxes = 0 }: VmapOptions = {},
): (...args: { [K in keyof A]: Loose<A[K]> }) => Firm<Y> {
  return (...args) => {
    const found = flatten(args, 'vmap')
    const leaves = found.leaves.map((leaf) => admit(leaf, 'vmap'))
    const axes = axesOf('inAxes', inAxes, found.structure)
    const { size, places } = batchOf({ ...found, leaves }, axes)
    const types = leaves.map(({ shape, dtype }, i) => ({ shape: shape.filter((_, k) => k !== places[i]), dtype }))
    let structure: Structure = { kind: 'leaf' }
    const graph = graphOf((own) => {
      const result = flatten(f(...(unflatten(found.structure, own) as A)), 'vmap')
      structure = result.structure
      return result.leaves
    }, types)
    const inputs = leaves.map((x, i) =>
      places[i] === undefined ? shared(x) : stackedExamples(moveAxis(x, places[i], 0)),
    )
    const results = evaluateBatch(graph, inputs, size)
    const targets = axesOf('outAxes', outAxes, structure)
    const placed = results.map((examples, k) => {
      const y = alongFirstAxis(examples, size)
      return settle(moveAxis(y, 0, requireAxis('vmap, outAxes', targets[k] ?? 0, y.shape.length)))
    })
    return unflatten(structure, placed) as Firm<Y>
  }
}

/** One axis a leaf. */
function axesOf(option: string, axes: BatchAxes, structure: Structure): (number | null)[] {
  const result: (number | null)[] = []
  const visit = (own: BatchAxes | undefined, part: Structure, path: string): void => {
    if (own === null || typeof own === 'number') {
      if (part.kind === 'leaf') result.push(own)
      else if (part.kind === 'list') part.items.forEach((item) => visit(own, item, path))
      else part.entries.forEach(([, item]) => visit(own, item, path))
      return
    }
    if (part.kind === 'list' && Array.isArray(own) && own.length === part.items.length) {
      part.items.forEach((item, i) => visit((own as readonly BatchAxes[])[i], item, `${path}[${i}]`))
      return
    }
    if (part.kind === 'record' && typeof own === 'object' && !Array.isArray(own)) {
      const record = own as { readonly [key: string]: BatchAxes }
      part.entries.forEach(([key, item]) => visit(record[key], item, `${path}.${key}`))
      return
    }
    throw new ArgumentError(
      `vmap: ${option}${path} must be an axis, null, or a tree of them for ${showStructure(part)}, got ${JSON.stringify(own)}. ` +
        'Give one axis for all, or one for each part.',
    )
  }
  visit(axes, structure, '')
  return result
}

interface FoundBatch {
  readonly size: number
  /** The axis of the examples in each leaf, undefined where there is none. */
  readonly places: readonly (number | undefined)[]
}

function batchOf({ leaves, paths }: FlatTree, axes: readonly (number | null)[]): FoundBatch {
  const places = axes.map((axis, i) =>
    axis === null ? undefined : requireAxis(`vmap, argument ${argumentName(paths[i])}`, axis, leaves[i].shape.length),
  )
  const mapped = places.flatMap((axis, i) =>
    axis === undefined ? [] : [{ length: leaves[i].shape[axis], axis, name: argumentName(paths[i]) }],
  )
  if (mapped.length === 0) {
    throw new ArgumentError(
      'vmap: no argument has an axis of examples, got inAxes null for all. Give an axis for at least one of them.',
    )
  }
  const [first] = mapped
  const other = mapped.find(({ length }) => length !== first.length)
  if (other !== undefined) {
    throw new ShapeError(
      `vmap: the axes of examples must be equally long, got ${first.length} for argument ${first.name} (axis ${first.axis}) ` +
        `and ${other.length} for argument ${other.name} (axis ${other.axis}). For an argument that all examples share set inAxes to null.`,
    )
  }
  return { size: first.length, places }
}

/** `[0].rates[1]` as `0.rates[1]`. */
const argumentName = (path: string): string => path.replace(/^\[(\d+)\]/, '$1')

function moveAxis(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x
  const others = [...x.shape.keys()].filter((axis) => axis !== from)
  return transpose(x, [...others.slice(0, to), from, ...others.slice(to)])
}
