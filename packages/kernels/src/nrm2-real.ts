import { SAFE_MAXIMUM, SAFE_MINIMUM } from './nrm2.ts'

/** The 2-norm of `count` real elements, `stride` doubles apart from X[start] on; scaled where squares would leave the range. */
export function nrm2Real(count: number, X: Float64Array, start: number, stride: number): number {
  const sum = sumOfSquares(count, X, start, stride, 1)
  if (sum > SAFE_MINIMUM && sum < SAFE_MAXIMUM) return Math.sqrt(sum)
  const largest = largestSize(count, X, start, stride)
  if (largest === 0 || !Number.isFinite(largest)) return largest
  return largest * Math.sqrt(sumOfSquares(count, X, start, stride, largest))
}

/** Σ (x / scale)². */
function sumOfSquares(count: number, X: Float64Array, start: number, stride: number, scale: number): number {
  let sum = 0
  const end = start + count * stride
  for (let x = start; x < end; x += stride) {
    const part = X[x] / scale
    sum += part * part
  }
  return sum
}

function largestSize(count: number, X: Float64Array, start: number, stride: number): number {
  let largest = 0
  const end = start + count * stride
  for (let x = start; x < end; x += stride) largest = Math.max(largest, Math.abs(X[x]))
  return largest
}
