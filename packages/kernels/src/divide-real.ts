/** x ← x / d in place for `count` real elements, `stride` doubles apart from X[start] on. 1/d could overflow where x/d does not. */
export function divideReal(count: number, d: number, X: Float64Array, start: number, stride: number): void {
  const end = start + count * stride
  for (let x = start; x < end; x += stride) X[x] /= d
}
