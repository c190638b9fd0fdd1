import { sizeOf } from '../tensor.ts'

/** Element i of the result is element `map[i]` of an operand of shape `from`, broadcast to shape `to` as in NumPy. */
export function broadcastMap(from: readonly number[], to: readonly number[]): Int32Array {
  const map = new Int32Array(sizeOf(to))
  const missing = to.length - from.length
  const strides = to.map((_, axis) => {
    const own = axis - missing
    return own < 0 || from[own] === 1 ? 0 : sizeOf(from.slice(own + 1))
  })
  const index = to.map(() => 0)
  let source = 0
  for (let i = 0; i < map.length; i++) {
    map[i] = source
    for (let axis = to.length - 1; axis >= 0; axis--) {
      source += strides[axis]
      if (++index[axis] < to[axis]) break
      source -= strides[axis] * to[axis]
      index[axis] = 0
    }
  }
  return map
}
