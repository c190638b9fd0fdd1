import { ShapeError } from '../errors.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Batch, type Primitive } from '../primitive.ts'
import {
  lengthOf,
  Opaque,
  sameShape,
  showShape,
  sizeOf,
  toTensor,
  type Shape,
  type Tensor,
  type TensorLike,
} from '../tensor.ts'
import { gather } from './gather.ts'
import { reshape, transpose } from './shape.ts'
import { joinDtypes } from './types.ts'

/** All elements of the arguments, one after the other, as one axis. */
const joinP: Primitive = definePrimitive('join', {
  holomorphic: true,
  type: (args) => ({
    shape: [args.reduce((sum, { shape }) => sum + sizeOf(shape), 0)],
    dtype: args.every(({ dtype }) => dtype === 'opaque') ? 'opaque' : joinDtypes('concat', args),
  }),
  kernel: (args, _, [type]) => {
    if (type.dtype === 'opaque') return new Opaque(args.flatMap((arg) => (arg as Opaque).contents), type.shape) // prettier-ignore
    const out = new Float64Array(lengthOf(type))
    const width = type.dtype === 'complex128' ? 2 : 1
    let offset = 0
    for (const arg of args) {
      if (arg.dtype === type.dtype) out.set(arg.data, offset)
      else for (let i = 0; i < arg.size; i++) out[offset + 2 * i] = arg.data[i]
      offset += width * arg.size
    }
    return out
  },
  lower: (_, args) => args.flat(),
  adjoint: (cotangent, { args }) => {
    let start = 0
    return args.map(({ shape }) => {
      const size = sizeOf(shape)
      const first = start
      start += size
      return () =>
        gather(
          'split',
          cotangent,
          Int32Array.from({ length: size }, (_, i) => first + i),
          shape,
        )
    })
  },
  batch: joinBatch,
})

/** The parts of each example next to each other: they come joined argument by argument. */
function joinBatch(args: readonly Tensor[], { batched, size, types }: Batch<undefined>): Tensor {
  const lengths = types.map(({ shape }) => sizeOf(shape))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const map = new Int32Array(size * total)
  let [start, origin] = [0, 0]
  lengths.forEach((length, k) => {
    const step = batched[k] ? length : 0
    for (let e = 0; e < size; e++) for (let i = 0; i < length; i++) map[e * total + start + i] = origin + e * step + i
    start += length
    origin += batched[k] ? size * length : length
  })
  return gather('concat', bind(joinP, args, undefined), map, [size, total])
}

/** Joins tensors of equal shape along a new axis, the first by default. */
export function stack(xs: readonly TensorLike[], { axis = 0 }: { readonly axis?: number } = {}): Tensor {
  const tensors = xs.map((x) => toTensor(x, 'stack'))
  if (tensors.length === 0) throw new ShapeError('stack: expected at least one tensor, got an empty list.')
  const shape = tensors[0].shape
  for (const x of tensors) {
    if (!sameShape(x.shape, shape)) {
      throw new ShapeError(
        `stack: expected equal shapes, got ${showShape(shape)} and ${showShape(x.shape)}. For different lengths use concat.`,
      )
    }
  }
  const joined = reshape(bind(joinP, tensors, undefined), [tensors.length, ...shape])
  return moveFirstAxis(joined, requireAxis('stack', axis, shape.length + 1))
}

/** Joins tensors along an existing axis, the first by default; the other axes must agree. */
export function concat(xs: readonly TensorLike[], { axis = 0 }: { readonly axis?: number } = {}): Tensor {
  const tensors = xs.map((x) => toTensor(x, 'concat'))
  if (tensors.length === 0) throw new ShapeError('concat: expected at least one tensor, got an empty list.')
  const rank = tensors[0].shape.length
  const along = requireAxis('concat', axis, rank)
  const rest = (shape: Shape): Shape => shape.filter((_, i) => i !== along)
  for (const { shape } of tensors) {
    if (shape.length !== rank || !sameShape(rest(shape), rest(tensors[0].shape))) {
      throw new ShapeError(
        `concat: shapes ${showShape(tensors[0].shape)} and ${showShape(shape)} do not join along axis ${along}. All other axes must agree.`,
      )
    }
  }
  const inFront = [along, ...tensors[0].shape.keys()].filter((axisOf, i) => i === 0 || axisOf !== along)
  const total = tensors.reduce((sum, { shape }) => sum + shape[along], 0)
  const moved = along === 0 ? tensors : tensors.map((x) => transpose(x, inFront))
  return moveFirstAxis(reshape(bind(joinP, moved, undefined), [total, ...rest(tensors[0].shape)]), along)
}

function moveFirstAxis(x: Tensor, to: number): Tensor {
  if (to === 0) return x
  const others = [...x.shape.keys()].slice(1)
  return transpose(x, [...others.slice(0, to), 0, ...others.slice(to)])
}

/** `axis` as a number from 0; negative ones count from the end. */
export function requireAxis(caller: string, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis
  if (Number.isInteger(axis) && found >= 0 && found < rank) return found
  throw new ShapeError(
    `${caller}: axis ${axis} does not exist; the tensor has ${rank} axes. Use ${-rank} … ${rank - 1}.`,
  )
}
