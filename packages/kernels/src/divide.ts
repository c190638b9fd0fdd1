/**
 * x ← x / d in place for `count` complex elements, `stride` doubles apart from X[start] on, d = re + i im ≠ 0.
 *
 * Scaled by the larger part s of d, so that |d|² neither overflows nor underflows:
 *   x / d = x conj(d/s) / (|d|²/s)
 *
 * @see Smith (1962), Algorithm 116: Complex division.
 */
export function divide(count: number, re: number, im: number, X: Float64Array, start: number, stride: number): void {
  const scale = Math.abs(re) >= Math.abs(im) ? re : im
  const c = re / scale
  const s = im / scale
  const denominator = re * c + im * s
  const end = start + count * stride
  for (let x = start; x < end; x += stride) {
    const xRe = X[x]
    const xIm = X[x + 1]
    X[x] = (xRe * c + xIm * s) / denominator
    X[x + 1] = (xIm * c - xRe * s) / denominator
  }
}
