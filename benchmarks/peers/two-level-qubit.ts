/**
 * The driven two-level system by hand, in plain JavaScript numbers: what a programmer would write who needs nothing else.
 *
 * ψ' = −iHψ, H = (ω/2) σz + a cos(νt + φ) σx + b sin(νt) σy with p = (ω, a, ν, φ, b); Dormand–Prince 5(4) with Hairer's PI
 * controller, the modulus norm, stored stages and the discrete adjoint. L = |ψ₁(T)|².
 */
const A = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
const C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
const N = 4
const parameterCount = 5

/** k[ko …] = −iH(t) y[o …] */
export function slope(t: number, y: Float64Array, o: number, p: Float64Array, k: Float64Array, ko: number): void {
  const [a, b, c, d] = [y[o], y[o + 1], y[o + 2], y[o + 3]]
  const x = p[1] * Math.cos(p[2] * t + p[3])
  const w = p[4] * Math.sin(p[2] * t)
  const z = 0.5 * p[0]
  k[ko] = z * b + x * d - w * c
  k[ko + 1] = -(z * a + x * c + w * d)
  k[ko + 2] = x * b + w * a - z * d
  k[ko + 3] = -(x * a - w * b - z * c)
}

/** out[oo …] = (−iH)ᴴ l, and g += the cotangent of p */
export function slopeAdjoint(
  t: number,
  y: Float64Array,
  o: number,
  l: Float64Array,
  p: Float64Array,
  out: Float64Array,
  oo: number,
  g: Float64Array,
): void {
  const [a, b, c, d] = [y[o], y[o + 1], y[o + 2], y[o + 3]]
  const [A0, B0, C0, D0] = [l[0], l[1], l[2], l[3]]
  const phase = p[2] * t + p[3]
  const [cosX, sinX, sinY, cosY] = [Math.cos(phase), Math.sin(phase), Math.sin(p[2] * t), Math.cos(p[2] * t)]
  const [x, w, z] = [p[1] * cosX, p[4] * sinY, 0.5 * p[0]]
  out[oo] = -(z * B0 + x * D0 - w * C0)
  out[oo + 1] = z * A0 + x * C0 + w * D0
  out[oo + 2] = -(x * B0 + w * A0 - z * D0)
  out[oo + 3] = x * A0 - w * B0 - z * C0
  const barX = A0 * d - B0 * c + (C0 * b - D0 * a)
  const barW = -(A0 * c + B0 * d) + (C0 * a + D0 * b)
  g[0] += 0.5 * (A0 * b - B0 * a - (C0 * d - D0 * c))
  g[1] += barX * cosX
  g[3] -= barX * p[1] * sinX
  g[2] += t * (barW * p[4] * cosY - barX * p[1] * sinX)
  g[4] += barW * sinY
}

const capacity = 4096
const stages = new Float64Array(capacity * 6 * N + N)
const starts = new Float64Array(capacity)
const lengths = new Float64Array(capacity)
const k = new Float64Array(7 * N)
const stageBars = new Float64Array(6 * N)
const slopeBar = new Float64Array(N)

export interface TwoLevelResult {
  readonly loss: number
  readonly steps: number
  readonly gradient: Float64Array
}

/** One step: the stage states behind `base`, and the scaled error. */
function step(t: number, h: number, base: number, p: Float64Array, rtol: number, atol: number): number {
  for (let s = 1; s < 7; s++) {
    const row = A[s]
    const to = base + s * N
    for (let i = 0; i < N; i++) {
      let sum = 0
      for (let j = 0; j < s; j++) sum += row[j] * k[j * N + i]
      stages[to + i] = stages[base + i] + h * sum
    }
    slope(t + C[s] * h, stages, to, p, k, s * N)
  }
  let total = 0
  for (let i = 0; i < N; i += 2) {
    let [re, im] = [0, 0]
    for (let j = 0; j < 7; j++) {
      re += E[j] * k[j * N + i]
      im += E[j] * k[j * N + i + 1]
    }
    const before = stages[base + i] ** 2 + stages[base + i + 1] ** 2
    const after = stages[base + 6 * N + i] ** 2 + stages[base + 6 * N + i + 1] ** 2
    const scale = atol + rtol * Math.sqrt(Math.max(before, after))
    total += (h * h * (re * re + im * im)) / (scale * scale)
  }
  return Math.sqrt(total / 2)
}

function integrate(p: Float64Array, T: number, firstStep: number, rtol: number, atol: number): number {
  stages.fill(0, 0, N)
  stages[0] = 1
  slope(0, stages, 0, p, k, 0)
  let [t, h, n, before] = [0, firstStep, 0, 1e-4]
  for (;;) {
    const isLast = t + 1.0000001 * h >= T
    if (isLast) h = T - t
    const error = step(t, h, n * 6 * N, p, rtol, atol)
    if (error > 1) {
      h *= Math.max(0.2, 0.9 * error ** -0.17)
      continue
    }
    starts[n] = t
    lengths[n++] = h
    if (isLast) return n
    t += h
    h *= Math.min(10, Math.max(0.2, 0.9 * error ** -0.17 * before ** 0.04))
    before = Math.max(error, 1e-4)
    k.copyWithin(0, 6 * N)
  }
}

function stepAdjoint(n: number, p: Float64Array, y: Float64Array, g: Float64Array): void {
  const [t, h] = [starts[n], lengths[n]]
  for (let s = 5; s >= 0; s--) {
    for (let i = 0; i < N; i++) {
      let sum = A[6][s] * y[i]
      for (let j = s + 1; j < 6; j++) sum += A[j][s] * stageBars[j * N + i]
      slopeBar[i] = h * sum
    }
    slopeAdjoint(t + C[s] * h, stages, n * 6 * N + s * N, slopeBar, p, stageBars, s * N, g)
  }
  for (let s = 0; s < 6; s++) for (let i = 0; i < N; i++) y[i] += stageBars[s * N + i]
}

/** The loss alone. */
export function twoLevelLoss(
  p: Float64Array,
  T: number,
  firstStep: number,
  rtol: number,
  atol: number,
): TwoLevelResult {
  const steps = integrate(p, T, firstStep, rtol, atol)
  const [re, im] = [stages[steps * 6 * N + 2], stages[steps * 6 * N + 3]]
  return { loss: re * re + im * im, steps, gradient: new Float64Array(0) }
}

/** The loss and its gradient with respect to p. */
export function twoLevelGradient(
  p: Float64Array,
  T: number,
  firstStep: number,
  rtol: number,
  atol: number,
): TwoLevelResult {
  const { loss, steps } = twoLevelLoss(p, T, firstStep, rtol, atol)
  const at = steps * 6 * N
  const y = Float64Array.of(0, 0, 2 * stages[at + 2], 2 * stages[at + 3])
  const gradient = new Float64Array(parameterCount)
  for (let n = steps - 1; n >= 0; n--) stepAdjoint(n, p, y, gradient)
  return { loss, steps, gradient }
}
