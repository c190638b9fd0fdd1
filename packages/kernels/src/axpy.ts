/** y ← y + a x for `count` adjacent complex elements from X[x] and Y[y] on, a = re + i im. */
export function axpy(
  count: number,
  re: number,
  im: number,
  X: Float64Array,
  x: number,
  Y: Float64Array,
  y: number,
): void {
  const end = x + 2 * count
  for (; x < end; x += 2, y += 2) {
    const xRe = X[x]
    const xIm = X[x + 1]
    Y[y] += re * xRe - im * xIm
    Y[y + 1] += re * xIm + im * xRe
  }
}
