import { transformBlock } from './fft-block.ts'
import { fftPlan, rootOfUnity, type FftPlan } from './fft-plan.ts'

/** What the transforms of one length n share. */
interface Chirp {
  /** e^{−πik²/n} for k = 0 … n − 1, complex. */
  readonly chirp: Float64Array
  /** The transform of its conjugate, wrapped around length M, over M. */
  readonly spectrum: Float64Array
  /** The plan for length M ≥ 2n − 1. */
  readonly plan: FftPlan
}

/**
 * The transform along the first axis of X, shape [n, after], for any n, in place. With jk = (j² + k² − (k − j)²)/2 it is a
 * convolution, done by transforms of a length M = 2ᵃ 3ᵇ 5ᶜ:
 *
 *   Xₖ ← cₖ Σⱼ (cⱼ Xⱼ) conj(c_{k−j}),   cₖ = e^{−πik²/n}
 *
 * @see Bluestein (1970), IEEE Trans. Audio Electroacoust. 18, 451–455.
 */
export function bluestein(n: number, after: number, X: Float64Array, sign: 1 | -1): void {
  const { chirp, spectrum, plan } = chirpOf(n)
  const scale = powerOfTwoAbove(X)
  const A = new Float64Array(2 * plan.n * after)
  const work = new Float64Array(A.length)
  for (let i = 0; i < X.length; i++) A[i] = X[i] / scale
  multiplyRows(n, after, A, chirp, sign)
  transformBlock(plan, after, A, work, sign)
  multiplyRows(plan.n, after, A, spectrum, sign)
  transformBlock(plan, after, A, work, sign === 1 ? -1 : 1)
  multiplyRows(n, after, A, chirp, sign)
  for (let i = 0; i < X.length; i++) X[i] = A[i] * scale
}

/** Row k of A, shape [rows, after], times number k of `factors`, or of their conjugates where sign is −1. */
function multiplyRows(rows: number, after: number, A: Float64Array, factors: Float64Array, sign: 1 | -1): void {
  let a = 0
  for (let k = 0; k < rows; k++) {
    const re = factors[2 * k]
    const im = sign * factors[2 * k + 1]
    for (const end = a + 2 * after; a < end; a += 2) {
      const aRe = A[a]
      const aIm = A[a + 1]
      A[a] = aRe * re - aIm * im
      A[a + 1] = aRe * im + aIm * re
    }
  }
}

/** A power of two near the largest number, so that the convolution neither overflows nor underflows where the result does not. */
function powerOfTwoAbove(X: Float64Array): number {
  let largest = 0
  for (const x of X) largest = Math.max(largest, Math.abs(x))
  if (!(largest > 0 && largest < Infinity)) return 1
  return 2 ** Math.max(-1022, Math.min(1023, Math.ceil(Math.log2(largest))))
}

const chirps = new Map<number, Chirp>()
const mostChirps = 16

function chirpOf(n: number): Chirp {
  let found = chirps.get(n)
  if (found === undefined) {
    found = makeChirp(n)
    if (chirps.size >= mostChirps) chirps.delete(chirps.keys().next().value!)
    chirps.set(n, found)
  }
  return found
}

function makeChirp(n: number): Chirp {
  const plan = fftPlan(smoothAbove(2 * n - 1))
  const chirp = new Float64Array(2 * n)
  const spectrum = new Float64Array(2 * plan.n)
  // k² mod 2n by its differences 2k + 1, so that the angle is exact however large k is.
  for (let k = 0, square = 0; k < n; square = (square + 2 * k + 1) % (2 * n), k++) {
    const [re, im] = rootOfUnity(square, 2 * n)
    chirp.set([re, im], 2 * k)
    const conjugate = [re / plan.n, -im / plan.n]
    spectrum.set(conjugate, 2 * k)
    if (k > 0) spectrum.set(conjugate, 2 * (plan.n - k))
  }
  transformBlock(plan, 1, spectrum, new Float64Array(spectrum.length), 1)
  return { chirp, spectrum, plan }
}

/** The least number from `least` on without prime factors above 5. */
function smoothAbove(least: number): number {
  for (let n = least; ; n++) {
    let rest = n
    for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor
    if (rest === 1) return n
  }
}
