import { bluestein } from './fft-bluestein.ts'
import { transformBlock } from './fft-block.ts'
import { fftPlan, radicesOf } from './fft-plan.ts'

/** Prime factors above this go through a convolution: r multiplications an element cost more than three smooth transforms. */
const largestRadix = 31

/**
 * Discrete Fourier transform of any length along the middle axis, in place and without a scale factor:
 *
 *   X[b, k, a] ← Σⱼ X[b, j, a] e^{−2πijk/n},   with e^{+2πijk/n} for `inverse`
 *
 * Mixed radix 2, 3, 4, 5 and small primes; Bluestein's algorithm if n has a prime factor above 31. The error is O(ε log n).
 *
 * @param X shape [before, n, after], complex, exactly so long; overwritten.
 */
export function fft(before: number, n: number, after: number, X: Float64Array, inverse: boolean): void {
  if (n <= 1 || before === 0 || after === 0) return
  const sign = inverse ? -1 : 1
  const smooth = radicesOf(n).every((radix) => radix <= largestRadix)
  const size = 2 * n * after
  const work = smooth ? new Float64Array(size) : undefined
  for (let b = 0; b < before; b++) {
    const block = X.subarray(b * size, (b + 1) * size)
    if (work === undefined) bluestein(n, after, block, sign)
    else transformBlock(fftPlan(n), after, block, work, sign)
  }
}
