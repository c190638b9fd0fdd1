/** Between these a sum of squares has lost nothing to underflow that would count, and not overflowed. */
export const SAFE_MINIMUM = 1e-250
export const SAFE_MAXIMUM = 1e300

/** The 2-norm of `count` complex elements, `stride` doubles apart from X[start] on; scaled where squares would leave the range. */
export function nrm2(count: number, X: Float64Array, start: number, stride: number): number {
  const sum = sumOfSquares(count, X, start, stride, 1)
  if (sum > SAFE_MINIMUM && sum < SAFE_MAXIMUM) return Math.sqrt(sum)
  const largest = largestPart(count, X, start, stride)
  if (largest === 0 || !Number.isFinite(largest)) return largest
  return largest * Math.sqrt(sumOfSquares(count, X, start, stride, largest))
}

/** Σ |x / scale|². */
function sumOfSquares(count: number, X: Float64Array, start: number, stride: number, scale: number): number {
  let sum = 0
  const end = start + count * stride
  for (let x = start; x < end; x += stride) {
    const re = X[x] / scale
    const im = X[x + 1] / scale
    sum += re * re + im * im
  }
  return sum
}

function largestPart(count: number, X: Float64Array, start: number, stride: number): number {
  let largest = 0
  const end = start + count * stride
  for (let x = start; x < end; x += stride) largest = Math.max(largest, Math.abs(X[x]), Math.abs(X[x + 1]))
  return largest
}
