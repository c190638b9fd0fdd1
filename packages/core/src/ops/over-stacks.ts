/** One matrix each becomes stacks of them: leading axes broadcast, as in `matmul`. */
import { bindAll } from '../bind.ts'
import { ShapeError } from '../errors.ts'
import type { Plain } from '../identity.ts'
import type { Batch, KernelOutput, Lowering } from '../primitive.ts'
import { broadcastMap } from '../scalar/broadcast-map.ts'
import type { Pair } from '../scalar/complex-scalar.ts'
import type { ScalarProgram } from '../scalar/scalar-program.ts'
import { lengthOf, Opaque, sameShape, showShape, sizeOf, Tensor, type Shape, type TensorType } from '../tensor.ts'
import { reshape } from './shape.ts'
import { broadcastShapes } from './types.ts'

/** What a primitive does with one matrix each. */
export interface MatrixRecord<P> {
  /** Trailing axes that belong to one application, for each argument; a handle has 0. */
  readonly ranks: readonly number[]
  readonly type: (args: readonly TensorType[], params: P) => TensorType | readonly TensorType[]
  readonly kernel: (
    args: readonly Tensor[],
    params: P,
    types: readonly TensorType[],
  ) => KernelOutput | readonly KernelOutput[]
  /** For each result, a list. */
  readonly lower?: (
    s: ScalarProgram,
    args: readonly (readonly Pair[])[],
    lowering: Lowering<P>,
  ) => readonly (readonly Pair[])[]
}

/** The same for stacks, as fields of a primitive's record. */
export interface StackRecord<P> {
  readonly type: (args: readonly TensorType[], params: P) => readonly TensorType[]
  readonly kernel: (args: readonly Tensor[], params: P, types: readonly TensorType[]) => readonly KernelOutput[]
  readonly lower?: NonNullable<MatrixRecord<P>['lower']>
  readonly batch: (args: readonly Tensor[], batch: Batch<P>) => readonly Tensor[]
}

/** Number i of a stack, the leading axes, and how many there are; no numbers are copied. */
export interface Each {
  readonly leading: Shape
  readonly count: number
  readonly item: (i: number) => Tensor
}

/** The members of a stack whose last `rank` axes belong to each. */
export function eachOf(x: Tensor, rank: number): Each {
  const [leading, own] = axesOf(x, rank)
  const count = sizeOf(leading)
  if (x instanceof Opaque) return { leading, count, item: (i) => new Opaque([x.contents[i]]) }
  const size = lengthOf({ shape: own, dtype: x.dtype })
  const { data } = x
  return { leading, count, item: (i) => new Tensor(own, x.dtype, data.subarray(i * size, (i + 1) * size)) }
}

const axesOf = ({ shape }: TensorType, rank: number): readonly [leading: Shape, own: Shape] => {
  const at = Math.max(0, shape.length - rank)
  return [shape.slice(0, at), shape.slice(at)]
}

/** One matrix each and no stack, as most calls are: nothing is to be taken apart. */
function isOne(args: readonly TensorType[], ranks: readonly number[]): boolean {
  for (let k = 0; k < args.length; k++) if (args[k].shape.length > ranks[k]) return false
  return true
}

/** The types of one application, without the leading axes of stacks. */
export const typesOfOne = (args: readonly TensorType[], ranks: readonly number[]): readonly TensorType[] =>
  isOne(args, ranks) ? args : args.map((x, k) => ({ shape: axesOf(x, ranks[k])[1], dtype: x.dtype }))

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T])

/**
 * Type rule, kernel, scalar code and batch rule for stacks, from those for one matrix.
 *
 * @param caller names the function in the message for leading axes that do not broadcast; of the params, where several use it.
 */
export function overStacks<P extends Plain>(
  caller: string | ((params: P) => string),
  record: MatrixRecord<P>,
): StackRecord<P> {
  const { ranks, type, kernel, lower } = record
  const leadingOf = (args: readonly TensorType[], params: P): Shape =>
    broadcastLeading(typeof caller === 'string' ? caller : caller(params), args, ranks)
  return {
    type: (args, params) => {
      if (isOne(args, ranks)) return list(type(args, params))
      const results = list(type(typesOfOne(args, ranks), params))
      const leading = leadingOf(args, params)
      return results.map(({ shape, dtype }) => ({ shape: [...leading, ...shape], dtype }))
    },
    kernel: (args, params, types) => {
      if (isOne(args, ranks)) return list(kernel(args, params, types))
      const leading = leadingOf(args, params)
      const each = args.map((x, k) => eachOf(x, ranks[k]))
      const maps = each.map((stack) => indicesOf(stack.leading, leading))
      const one = types.map(({ shape, dtype }) => ({ shape: shape.slice(leading.length), dtype }))
      const results = types.map((of) => new Gathered(of, leading))
      for (let i = 0; i < sizeOf(leading); i++) {
        const items = each.map((stack, k) => stack.item(maps[k] === undefined ? i : maps[k][i]))
        list(kernel(items, params, one)).forEach((output, k) => results[k].add(output))
      }
      return results.map((result) => result.output)
    },
    ...(lower && {
      lower: (s: ScalarProgram, args: readonly (readonly Pair[])[], lowering: Lowering<P>) => {
        const leading = leadingOf(lowering.args, lowering.params)
        const types = typesOfOne(lowering.args, ranks)
        const maps = lowering.args.map((x, k) => indicesOf(axesOf(x, ranks[k])[0], leading))
        const own = { ...lowering, args: types, type: list(type(types, lowering.params))[0] }
        const parts = Array.from({ length: sizeOf(leading) }, (_, i) =>
          lower(
            s,
            args.map((pairs, k) => {
              const [size, at] = [sizeOf(types[k].shape), maps[k] === undefined ? i : maps[k][i]]
              return pairs.slice(at * size, (at + 1) * size)
            }),
            own,
          ),
        )
        return parts.length === 0 ? [[]] : parts[0].map((_, k) => parts.flatMap((part) => part[k]))
      },
    }),
    batch: (args, { primitive, batched, size, types, params }) => {
      const rank = Math.max(...types.map((x, k) => axesOf(x, ranks[k])[0].length))
      const aligned = args.map((x, k) => {
        if (!batched[k]) return x
        const missing = rank - axesOf(types[k], ranks[k])[0].length
        return reshape(x, [size, ...Array<number>(missing).fill(1), ...types[k].shape])
      })
      return bindAll(primitive, aligned, params)
    },
  }
}

/** The leading axes of all arguments, broadcast. */
function broadcastLeading(caller: string, args: readonly TensorType[], ranks: readonly number[]): Shape {
  const leading = args.map((x, k) => axesOf(x, ranks[k])[0])
  if (leading.every((shape) => sameShape(shape, leading[0]))) return leading[0]
  try {
    return broadcastShapes(caller, leading)
  } catch {
    const shapes = args.filter(({ dtype }) => dtype !== 'opaque').map(({ shape }) => showShape(shape))
    throw new ShapeError(
      `${caller}: the leading axes of shapes ${shapes.join(' and ')} do not broadcast. ` +
        'Stacks of matrices must be equally long, or 1 long; reshape one of them.',
    )
  }
}

/** Which member of a stack belongs to each of the broadcast one; undefined if that is the same. */
const indicesOf = (own: Shape, leading: Shape): Int32Array | undefined =>
  sameShape(own, leading) ? undefined : broadcastMap(own, leading)

/** One result of all applications. */
class Gathered {
  readonly #numbers: Float64Array | undefined
  readonly #contents: unknown[] = []
  readonly #leading: Shape
  #next = 0

  constructor(type: TensorType, leading: Shape) {
    this.#leading = leading
    this.#numbers = type.dtype === 'opaque' ? undefined : new Float64Array(lengthOf(type))
  }

  add(output: KernelOutput): void {
    if (output instanceof Opaque) this.#contents.push(output.contents[0])
    else {
      this.#numbers!.set(output, this.#next)
      this.#next += output.length
    }
  }

  get output(): KernelOutput {
    return this.#numbers ?? new Opaque(this.#contents, this.#leading)
  }
}
