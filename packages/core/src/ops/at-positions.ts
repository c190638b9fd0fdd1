/** Parts of a tensor by lists of positions. */
import { sizeOf, type Tensor } from '../tensor.ts'
import { gather } from './gather.ts'

/**
 * x[p₀, p₁, …] with one list of positions for each axis in `positions`, the other axes whole: element (i, j, …) of the result is
 * element (p₀[i], p₁[j], …) of x. A position −1 gives zeros.
 */
export function atPositions(label: string, x: Tensor, positions: ReadonlyMap<number, ArrayLike<number>>): Tensor {
  if (positions.size === 0) return x
  const shape = x.shape.map((length, axis) => positions.get(axis)?.length ?? length)
  let map = new Int32Array(1)
  shape.forEach((count, axis) => {
    const own = positions.get(axis)
    const stride = sizeOf(x.shape.slice(axis + 1))
    const longer = new Int32Array(map.length * count)
    let i = 0
    for (const offset of map) {
      for (let p = 0; p < count; p++) {
        const position = own === undefined ? p : own[p]
        longer[i++] = offset < 0 || position < 0 ? -1 : offset + position * stride
      }
    }
    map = longer
  })
  return gather(label, x, map, shape)
}
