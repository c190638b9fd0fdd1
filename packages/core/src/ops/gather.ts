import { addPairs, type Pair } from '../scalar/complex-scalar.ts'
import { broadcastMap } from '../scalar/broadcast-map.ts'
import type { ScalarProgram } from '../scalar/scalar-program.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { bySwitching } from '../finiteness.ts'
import { type Primitive } from '../primitive.ts'
import { lengthOf, Opaque, sameShape, sizeOf, type Shape, type Tensor, type TensorType } from '../tensor.ts'

/** Element i of the result comes from element `map[i]` of the argument, flat; −1 gives 0. */
type Rearrangement = {
  /** The public function it serves, for messages and listings. */
  readonly label: string
  readonly map: Int32Array
  readonly shape: Shape
}

/** Handles of stacks are moved like numbers. */
const rearrangedType = ([x]: readonly TensorType[], { shape }: Rearrangement): TensorType => ({ shape, dtype: x.dtype })

export const gatherP: Primitive<Rearrangement> = definePrimitive<Rearrangement>('gather', {
  type: rearrangedType,
  kernel: ([x], { map }, [type]) => {
    if (x instanceof Opaque) return new Opaque(Array.from(map, (from) => x.contents[from]), type.shape) // prettier-ignore
    const out = new Float64Array(lengthOf(type))
    const { data } = x
    if (type.dtype === 'float64') for (let i = 0; i < map.length; i++) out[i] = map[i] < 0 ? 0 : data[map[i]]
    else {
      for (let i = 0; i < map.length; i++) {
        if (map[i] < 0) continue
        out[2 * i] = data[2 * map[i]]
        out[2 * i + 1] = data[2 * map[i] + 1]
      }
    }
    return out
  },
  lower: (s, [x], { params: { map } }) => Array.from(map, (from) => (from < 0 ? { re: s.zero, im: s.zero } : x[from])),
  access: ({ map }) => ({ kind: 'gather', map }),
  finiteness: (joined, _, { map }) => (map.includes(-1) ? bySwitching(joined) : joined),
  // ⟨w̄, G x⟩ = Σᵢ w̄ᵢ x_map(i) = ⟨Gᵀ w̄, x⟩: every cotangent goes back to where its element came from.
  adjoint: (cotangent, { args: [x], params: { label, map } }) => scatterAdd(label, cotangent, map, x.shape),
  batch: ([x], { size, types, params: { label, map, shape } }) =>
    gather(label, x, repeated(map, size, sizeOf(types[0].shape)), [size, ...shape]),
})

const scatterAddP: Primitive<Rearrangement> = definePrimitive<Rearrangement>('scatterAdd', {
  type: rearrangedType,
  kernel: ([x], { map }, [type]) => {
    const out = new Float64Array(lengthOf(type))
    const { data } = x
    if (type.dtype === 'float64') {
      for (let i = 0; i < map.length; i++) if (map[i] >= 0) out[map[i]] += data[i]
    } else {
      for (let i = 0; i < map.length; i++) {
        if (map[i] < 0) continue
        out[2 * map[i]] += data[2 * i]
        out[2 * map[i] + 1] += data[2 * i + 1]
      }
    }
    return out
  },
  lower: (s, [x], { type, params: { map } }) => {
    const terms: Pair[][] = Array.from({ length: lengthOf({ ...type, dtype: 'float64' }) }, () => [])
    map.forEach((to, i) => to >= 0 && terms[to].push(x[i]))
    return terms.map((list) => sumPairs(s, list))
  },
  access: ({ map }) => ({ kind: 'scatterAdd', map }),
  // Spread over more places than there are elements, so that some stay zero.
  finiteness: (joined, _, { map, shape }) => (map.length < sizeOf(shape) ? bySwitching(joined) : joined),
  simplify: ([x], _, { sumOfOuterProduct }, [{ shape }]) =>
    sizeOf(shape) === 1 ? sumOfOuterProduct(x, shape) : undefined,
  adjoint: (cotangent, { args: [x], params: { label, map } }) => gather(label, cotangent, map, x.shape),
  batch: ([x], { size, params: { label, map, shape } }) =>
    scatterAdd(label, x, repeated(map, size, sizeOf(shape)), [size, ...shape]),
})

/** The map for `size` examples one after the other, of `stride` elements each on the side that the map points to. */
function repeated(map: Int32Array, size: number, stride: number): Int32Array {
  const all = new Int32Array(size * map.length)
  for (let i = 0; i < all.length; i++) {
    const to = map[i % map.length]
    all[i] = to < 0 ? -1 : to + Math.floor(i / map.length) * stride
  }
  return all
}

/** Sum in pairs of pairs: short dependency chains, and rounding that grows with log n. */
export function sumPairs(s: ScalarProgram, terms: readonly Pair[]): Pair {
  let level = terms.filter(({ re, im }) => re !== s.zero || im !== s.zero)
  while (level.length > 1) {
    const next: Pair[] = []
    for (let i = 0; i < level.length; i += 2)
      next.push(i + 1 < level.length ? addPairs(s, level[i], level[i + 1]) : level[i])
    level = next
  }
  return level[0] ?? { re: s.zero, im: s.zero }
}

/** The tensor of shape `shape` whose element i is element `map[i]` of x, both flat; −1 gives 0. */
export const gather = (label: string, x: Tensor, map: Int32Array, shape: Shape): Tensor =>
  bind(gatherP, [x], { label, map, shape })

/** Adds element i of x to element `map[i]` of a tensor of zeros of shape `shape`; −1 drops it. The adjoint of `gather`. */
export const scatterAdd = (label: string, x: Tensor, map: Int32Array, shape: Shape): Tensor =>
  bind(scatterAddP, [x], { label, map, shape })

/** Adjoint of broadcasting: sums over the axes along which an operand of shape `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x
  return scatterAdd('sum', x, broadcastMap(shape, x.shape), shape)
}
