import type { FftPlan } from './fft-plan.ts'

/**
 * One pass of the self-sorting (Stockham) algorithm. Of a transform of length `length` whose elements stand `stride` apart,
 * it does the part of radix r and leaves r transforms of length m = length/r, interleaved, so that the stride becomes r times as
 * long and no reordering is needed:
 *
 *   Y[q + s (r p + k)] = w^{pk} Σⱼ ω^{jk} X[q + s (p + m j)],   w = e^{∓2πi/length}, ω = e^{∓2πi/r}, 0 ≤ p < m, 0 ≤ q < s
 *
 * @see Van Loan (1992), Computational Frameworks for the Fast Fourier Transform, section 1.7.
 */
export interface Pass {
  readonly plan: FftPlan
  readonly length: number
  readonly stride: number
  /** 1: e^{−…}, the transform itself; −1: e^{+…}, its inverse up to scale. */
  readonly sign: 1 | -1
}

type PassKernel = (pass: Pass, X: Float64Array, Y: Float64Array) => void

const pass2: PassKernel = ({ plan, length, stride, sign }, X, Y) => {
  const { n, roots } = plan
  const m = length / 2
  const half = 2 * stride * m
  for (let p = 0; p < m; p++) {
    const t = 2 * p * (n / length)
    const wr = roots[t]
    const wi = sign * roots[t + 1]
    let x = 2 * stride * p
    let y = 4 * stride * p
    for (let q = 0; q < stride; q++, x += 2, y += 2) {
      const dr = X[x] - X[x + half]
      const di = X[x + 1] - X[x + half + 1]
      Y[y] = X[x] + X[x + half]
      Y[y + 1] = X[x + 1] + X[x + half + 1]
      Y[y + 2 * stride] = dr * wr - di * wi
      Y[y + 2 * stride + 1] = dr * wi + di * wr
    }
  }
}

const pass3: PassKernel = ({ plan, length, stride, sign }, X, Y) => {
  const { n, roots } = plan
  const m = length / 3
  const third = 2 * stride * m
  const step = 2 * stride
  const sine = sign * Math.sqrt(0.75)
  for (let p = 0; p < m; p++) {
    const t = 2 * p * (n / length)
    const [w1r, w1i, w2r, w2i] = [roots[t], sign * roots[t + 1], roots[2 * t], sign * roots[2 * t + 1]]
    let x = step * p
    let y = 3 * step * p
    for (let q = 0; q < stride; q++, x += 2, y += 2) {
      const sr = X[x + third] + X[x + 2 * third]
      const si = X[x + third + 1] + X[x + 2 * third + 1]
      const dr = sine * (X[x + third] - X[x + 2 * third])
      const di = sine * (X[x + third + 1] - X[x + 2 * third + 1])
      const mr = X[x] - 0.5 * sr
      const mi = X[x + 1] - 0.5 * si
      Y[y] = X[x] + sr
      Y[y + 1] = X[x + 1] + si
      Y[y + step] = (mr + di) * w1r - (mi - dr) * w1i
      Y[y + step + 1] = (mr + di) * w1i + (mi - dr) * w1r
      Y[y + 2 * step] = (mr - di) * w2r - (mi + dr) * w2i
      Y[y + 2 * step + 1] = (mr - di) * w2i + (mi + dr) * w2r
    }
  }
}

const pass4: PassKernel = ({ plan, length, stride, sign }, X, Y) => {
  const { n, roots } = plan
  const quarter = (2 * stride * length) / 4
  const step = 2 * stride
  for (let p = 0; p < length / 4; p++) {
    const t = 2 * p * (n / length)
    const [w1r, w1i] = [roots[t], sign * roots[t + 1]]
    const [w2r, w2i] = [roots[2 * t], sign * roots[2 * t + 1]]
    const [w3r, w3i] = [roots[3 * t], sign * roots[3 * t + 1]]
    let x = step * p
    let y = 4 * step * p
    for (let q = 0; q < stride; q++, x += 2, y += 2) {
      const sumEvenR = X[x] + X[x + 2 * quarter]
      const sumEvenI = X[x + 1] + X[x + 2 * quarter + 1]
      const difEvenR = X[x] - X[x + 2 * quarter]
      const difEvenI = X[x + 1] - X[x + 2 * quarter + 1]
      const sumOddR = X[x + quarter] + X[x + 3 * quarter]
      const sumOddI = X[x + quarter + 1] + X[x + 3 * quarter + 1]
      const difOddR = sign * (X[x + quarter] - X[x + 3 * quarter])
      const difOddI = sign * (X[x + quarter + 1] - X[x + 3 * quarter + 1])
      Y[y] = sumEvenR + sumOddR
      Y[y + 1] = sumEvenI + sumOddI
      Y[y + step] = (difEvenR + difOddI) * w1r - (difEvenI - difOddR) * w1i
      Y[y + step + 1] = (difEvenR + difOddI) * w1i + (difEvenI - difOddR) * w1r
      Y[y + 2 * step] = (sumEvenR - sumOddR) * w2r - (sumEvenI - sumOddI) * w2i
      Y[y + 2 * step + 1] = (sumEvenR - sumOddR) * w2i + (sumEvenI - sumOddI) * w2r
      Y[y + 3 * step] = (difEvenR - difOddI) * w3r - (difEvenI + difOddR) * w3i
      Y[y + 3 * step + 1] = (difEvenR - difOddI) * w3i + (difEvenI + difOddR) * w3r
    }
  }
}

const pass5: PassKernel = ({ plan, length, stride, sign }, X, Y) => {
  const { n, roots } = plan
  const fifth = (2 * stride * length) / 5
  const step = 2 * stride
  const [c1, c2] = [(Math.sqrt(5) - 1) / 4, -(Math.sqrt(5) + 1) / 4]
  const [s1, s2] = [Math.sin((2 * Math.PI) / 5), Math.sin(Math.PI / 5)].map((sine) => sign * sine)
  for (let p = 0; p < length / 5; p++) {
    const t = p * (n / length)
    let x = step * p
    let y = 5 * step * p
    for (let q = 0; q < stride; q++, x += 2, y += 2) {
      const xr = X[x]
      const xi = X[x + 1]
      const sr1 = X[x + fifth] + X[x + 4 * fifth]
      const si1 = X[x + fifth + 1] + X[x + 4 * fifth + 1]
      const sr2 = X[x + 2 * fifth] + X[x + 3 * fifth]
      const si2 = X[x + 2 * fifth + 1] + X[x + 3 * fifth + 1]
      const dr1 = X[x + fifth] - X[x + 4 * fifth]
      const di1 = X[x + fifth + 1] - X[x + 4 * fifth + 1]
      const dr2 = X[x + 2 * fifth] - X[x + 3 * fifth]
      const di2 = X[x + 2 * fifth + 1] - X[x + 3 * fifth + 1]
      const ar = xr + c1 * sr1 + c2 * sr2
      const ai = xi + c1 * si1 + c2 * si2
      const br = xr + c2 * sr1 + c1 * sr2
      const bi = xi + c2 * si1 + c1 * si2
      const ur = s1 * di1 + s2 * di2
      const ui = -s1 * dr1 - s2 * dr2
      const vr = s2 * di1 - s1 * di2
      const vi = -s2 * dr1 + s1 * dr2
      Y[y] = xr + sr1 + sr2
      Y[y + 1] = xi + si1 + si2
      store(Y, y + step, ar + ur, ai + ui, roots, t, sign)
      store(Y, y + 2 * step, br + vr, bi + vi, roots, 2 * t, sign)
      store(Y, y + 3 * step, br - vr, bi - vi, roots, 3 * t, sign)
      store(Y, y + 4 * step, ar - ur, ai - ui, roots, 4 * t, sign)
    }
  }
}

/** Any radix from the definition, r² multiplications for r elements; the sums for k and r − k share theirs. */
const passAny =
  (r: number): PassKernel =>
  ({ plan, length, stride, sign }, X, Y) => {
    const { n, roots } = plan
    const m = length / r
    const half = (r - 1) / 2
    const sums = new Float64Array(2 * half)
    const differences = new Float64Array(2 * half)
    for (let p = 0; p < m; p++) {
      const t = p * (n / length)
      for (let q = 0; q < stride; q++) {
        const x = 2 * (q + stride * p)
        const y = 2 * (q + stride * r * p)
        let totalR = X[x]
        let totalI = X[x + 1]
        for (let j = 1; j <= half; j++) {
          const a = x + 2 * stride * m * j
          const b = x + 2 * stride * m * (r - j)
          totalR += sums[2 * j - 2] = X[a] + X[b]
          totalI += sums[2 * j - 1] = X[a + 1] + X[b + 1]
          differences[2 * j - 2] = X[a] - X[b]
          differences[2 * j - 1] = X[a + 1] - X[b + 1]
        }
        Y[y] = totalR
        Y[y + 1] = totalI
        for (let k = 1; k <= half; k++) {
          let evenR = X[x]
          let evenI = X[x + 1]
          let oddR = 0
          let oddI = 0
          for (let j = 1; j <= half; j++) {
            const root = 2 * ((j * k) % r) * (n / r)
            const c = roots[root]
            const s = sign * roots[root + 1]
            evenR += c * sums[2 * j - 2]
            evenI += c * sums[2 * j - 1]
            oddR -= s * differences[2 * j - 1]
            oddI += s * differences[2 * j - 2]
          }
          store(Y, y + 2 * stride * k, evenR + oddR, evenI + oddI, roots, t * k, sign)
          store(Y, y + 2 * stride * (r - k), evenR - oddR, evenI - oddI, roots, t * (r - k), sign)
        }
      }
    }
  }

/** Y[y] = (re + i im) times root number `index`. */
function store(
  Y: Float64Array,
  y: number,
  re: number,
  im: number,
  roots: Float64Array,
  index: number,
  sign: number,
): void {
  const wr = roots[2 * index]
  const wi = sign * roots[2 * index + 1]
  Y[y] = re * wr - im * wi
  Y[y + 1] = re * wi + im * wr
}

/** The pass of radix r: 2, 4, or an odd number. */
export function passOf(r: number): PassKernel {
  return r === 2 ? pass2 : r === 3 ? pass3 : r === 4 ? pass4 : r === 5 ? pass5 : passAny(r)
}
