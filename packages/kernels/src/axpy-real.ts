/** y ← y + a x for `count` adjacent real elements from X[x] and Y[y] on. */
export function axpyReal(count: number, a: number, X: Float64Array, x: number, Y: Float64Array, y: number): void {
  const end = x + count
  for (; x < end; x++, y++) Y[y] += a * X[x]
}
