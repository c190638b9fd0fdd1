/**
 * The Lindblad equation of two coupled three-level modes by hand, in plain JavaScript loops.
 *
 * ρ' = Kρ + (Kρ)† + γ(aρa† + bρb†), K = −iH − (γ/2)(a†a + b†b), for Hermitian ρ, with p = (ω_a, ω_b, g, amplitude, ν, γ) and
 * H = ω_a a†a + ω_b b†b − 0.2(a†a†aa + b†b†bb) + g(a†b + ab†) + amplitude cos(νt)(a + a†). The rows of H hold at most four
 * numbers beside the diagonal. Cotangents are Hermitian as well; on such matrices f_ρ⋆ W = K†W + (K†W)† + γ(a†Wa + b†Wb).
 */
import type { HandWritten } from './hand-written.ts'

/** States, and numbers in a row and in a matrix. */
const n = 9
const rowLength = 2 * n
const length = n * rowLength

/** The entries of H beside the diagonal, row by row: entry q of row r, rowStart[r] ≤ q < rowStart[r + 1], is weight[q] g or … amplitude cos(νt). */
const rowStart = new Int32Array(n + 1)
const entries: { column: number; weight: number; isDrive: boolean }[] = []
const quantaA = new Float64Array(n)
const quantaB = new Float64Array(n)
const anharmonicity = new Float64Array(n)
/** √ of what a jump raises a population by: ⟨r|a|r + 3⟩ and ⟨r|b|r + 1⟩. */
const lowerA = new Float64Array(n)
const lowerB = new Float64Array(n)

for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 3; j++) {
    const r = 3 * i + j
    quantaA[r] = i
    quantaB[r] = j
    anharmonicity[r] = -0.2 * (i * (i - 1) + j * (j - 1))
    lowerA[r] = i < 2 ? Math.sqrt(i + 1) : 0
    lowerB[r] = j < 2 ? Math.sqrt(j + 1) : 0
    if (i < 2 && j > 0) entries.push({ column: r + 2, weight: Math.sqrt((i + 1) * j), isDrive: false })
    if (i > 0 && j < 2) entries.push({ column: r - 2, weight: Math.sqrt(i * (j + 1)), isDrive: false })
    if (i < 2) entries.push({ column: r + 3, weight: Math.sqrt(i + 1), isDrive: true })
    if (i > 0) entries.push({ column: r - 3, weight: Math.sqrt(i), isDrive: true })
    rowStart[r + 1] = entries.length
  }
}
const column = Int32Array.from(entries, (entry) => entry.column)
const weight = Float64Array.from(entries, (entry) => entry.weight)
const isDrive = Uint8Array.from(entries, (entry) => Number(entry.isDrive))

const offDiagonal = new Float64Array(entries.length)
const product = new Float64Array(length)

/** product = (−iH + G)X or, with sign −1, its adjoint (iH + G)X, where G = −(γ/2)(a†a + b†b). */
function applyGenerator(t: number, p: Float64Array, X: Float64Array, xo: number, sign: number): void {
  const amplitude = p[3] * Math.cos(p[4] * t)
  for (let q = 0; q < weight.length; q++) offDiagonal[q] = weight[q] * (isDrive[q] === 1 ? amplitude : p[2])
  for (let r = 0; r < n; r++) {
    const energy = p[0] * quantaA[r] + p[1] * quantaB[r] + anharmonicity[r]
    const loss = -0.5 * p[5] * (quantaA[r] + quantaB[r])
    const end = rowStart[r + 1]
    for (let c = 0; c < rowLength; c += 2) {
      const at = xo + rowLength * r + c
      let re = energy * X[at]
      let im = energy * X[at + 1]
      for (let q = rowStart[r]; q < end; q++) {
        const from = xo + rowLength * column[q] + c
        re += offDiagonal[q] * X[from]
        im += offDiagonal[q] * X[from + 1]
      }
      product[rowLength * r + c] = sign * im + loss * X[at]
      product[rowLength * r + c + 1] = -sign * re + loss * X[at + 1]
    }
  }
}

/** g += the cotangents of all of K: Σ over its parameters of Re⟨S, (∂K/∂p_k) ρ⟩. */
function pullBackGenerator(
  t: number,
  p: Float64Array,
  S: Float64Array,
  so: number,
  rho: Float64Array,
  o: number,
  g: Float64Array,
): void {
  let exchange = 0
  let drive = 0
  for (let r = 0; r < n; r++) {
    let re = 0
    let im = 0
    for (let c = 0; c < rowLength; c += 2) {
      const s = so + rowLength * r + c
      const y = o + rowLength * r + c
      re += S[s] * rho[y] + S[s + 1] * rho[y + 1]
      im += S[s] * rho[y + 1] - S[s + 1] * rho[y]
    }
    g[0] += quantaA[r] * im
    g[1] += quantaB[r] * im
    g[5] -= 0.5 * (quantaA[r] + quantaB[r]) * re
    for (let q = rowStart[r]; q < rowStart[r + 1]; q++) {
      let sum = 0
      for (let c = 0; c < rowLength; c += 2) {
        const s = so + rowLength * r + c
        const y = o + rowLength * column[q] + c
        sum += S[s] * rho[y + 1] - S[s + 1] * rho[y]
      }
      if (isDrive[q] === 1) drive += weight[q] * sum
      else exchange += weight[q] * sum
    }
  }
  g[2] += exchange
  g[3] += drive * Math.cos(p[4] * t)
  g[4] -= drive * p[3] * Math.sin(p[4] * t) * t
}

const doubled = new Float64Array(length)

/** The equation on all of ρ, 162 numbers. */
export const coupledModesByHand: HandWritten = {
  slope(t, y, yo, p, out, oo) {
    applyGenerator(t, p, y, yo, 1)
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) {
        const at = rowLength * r + 2 * c
        const mirrored = rowLength * c + 2 * r
        let re = product[at] + product[mirrored]
        let im = product[at + 1] - product[mirrored + 1]
        const byA = p[5] * lowerA[r] * lowerA[c]
        if (byA !== 0) {
          re += byA * y[yo + at + 3 * (rowLength + 2)]
          im += byA * y[yo + at + 3 * (rowLength + 2) + 1]
        }
        const byB = p[5] * lowerB[r] * lowerB[c]
        if (byB !== 0) {
          re += byB * y[yo + at + rowLength + 2]
          im += byB * y[yo + at + rowLength + 3]
        }
        out[oo + at] = re
        out[oo + at + 1] = im
      }
    }
  },

  slopeAdjoint(t, y, yo, w, p, out, oo, g) {
    applyGenerator(t, p, w, 0, -1)
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) {
        const at = rowLength * r + 2 * c
        const mirrored = rowLength * c + 2 * r
        out[oo + at] = product[at] + product[mirrored]
        out[oo + at + 1] = product[at + 1] - product[mirrored + 1]
      }
    }
    for (let at = 0; at < length; at++) doubled[at] = 2 * w[at]
    pullBackGenerator(t, p, doubled, 0, y, yo, g)
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) {
        const at = rowLength * r + 2 * c
        g[5] += pullBackJump(w[at], w[at + 1], lowerA[r] * lowerA[c], at + 3 * (rowLength + 2), p[5], y, yo, out, oo)
        g[5] += pullBackJump(w[at], w[at + 1], lowerB[r] * lowerB[c], at + rowLength + 2, p[5], y, yo, out, oo)
      }
    }
  },
}

/** out_from += γ f w for the jump y_from ↦ γ f y_from; returns the cotangent of γ. */
function pullBackJump(
  re: number,
  im: number,
  factor: number,
  from: number,
  gamma: number,
  y: Float64Array,
  yo: number,
  out: Float64Array,
  oo: number,
): number {
  if (factor === 0) return 0
  out[oo + from] += gamma * factor * re
  out[oo + from + 1] += gamma * factor * im
  return factor * (re * y[yo + from] + im * y[yo + from + 1])
}

const unpacked = new Float64Array(length)

/** The whole Hermitian matrix of 81 numbers: the diagonal, then (re, im) above it row by row. The diagonal is multiplied by `diagonal`. */
function unpack(y: Float64Array, yo: number, into: Float64Array, diagonal: number): void {
  let k = yo + n
  for (let i = 0; i < n; i++) {
    into[rowLength * i + 2 * i] = diagonal * y[yo + i]
    into[rowLength * i + 2 * i + 1] = 0
    for (let j = i + 1; j < n; j++, k += 2) {
      into[rowLength * i + 2 * j] = into[rowLength * j + 2 * i] = y[k]
      into[rowLength * i + 2 * j + 1] = y[k + 1]
      into[rowLength * j + 2 * i + 1] = -y[k + 1]
    }
  }
}

/** Where the numbers of (i, j), i < j, start in the packed form. */
const packedPosition = new Int32Array(n * n)
for (let i = 0, k = n; i < n; i++) for (let j = i + 1; j < n; j++, k += 2) packedPosition[n * i + j] = k

/** The equation on the packed form, 81 numbers. */
export const coupledModesPackedByHand: HandWritten = {
  slope(t, y, yo, p, out, oo) {
    unpack(y, yo, unpacked, 1)
    applyGenerator(t, p, unpacked, 0, 1)
    for (let r = 0; r < n; r++) {
      for (let c = r; c < n; c++) {
        const at = rowLength * r + 2 * c
        const mirrored = rowLength * c + 2 * r
        const byA = p[5] * lowerA[r] * lowerA[c]
        const byB = p[5] * lowerB[r] * lowerB[c]
        let re = product[at] + product[mirrored]
        let im = product[at + 1] - product[mirrored + 1]
        if (byA !== 0) {
          re += byA * unpacked[at + 3 * (rowLength + 2)]
          im += byA * unpacked[at + 3 * (rowLength + 2) + 1]
        }
        if (byB !== 0) {
          re += byB * unpacked[at + rowLength + 2]
          im += byB * unpacked[at + rowLength + 3]
        }
        if (r === c) out[oo + r] = re
        else {
          out[oo + packedPosition[n * r + c]] = re
          out[oo + packedPosition[n * r + c] + 1] = im
        }
      }
    }
  },

  // With Λ, the cotangent above the diagonal, Re⟨Λ, Kρ + (Kρ)†⟩ = Re⟨S, Kρ⟩ for S = Λ + Λ†: S is w unpacked, its diagonal doubled.
  slopeAdjoint(t, y, yo, w, p, out, oo, g) {
    unpack(w, 0, doubled, 2)
    applyGenerator(t, p, doubled, 0, -1)
    for (let r = 0; r < n; r++) {
      out[oo + r] = product[rowLength * r + 2 * r]
      for (let c = r + 1; c < n; c++) {
        const at = rowLength * r + 2 * c
        const mirrored = rowLength * c + 2 * r
        out[oo + packedPosition[n * r + c]] = product[at] + product[mirrored]
        out[oo + packedPosition[n * r + c] + 1] = product[at + 1] - product[mirrored + 1]
      }
    }
    unpack(y, yo, unpacked, 1)
    pullBackGenerator(t, p, doubled, 0, unpacked, 0, g)
    for (let r = 0; r < n; r++) {
      pullBackPopulation(r, r + 3, lowerA[r] * lowerA[r], w, p[5], y, yo, out, oo, g)
      pullBackPopulation(r, r + 1, lowerB[r] * lowerB[r], w, p[5], y, yo, out, oo, g)
      for (let c = r + 1; c < n; c++) {
        const k = packedPosition[n * r + c]
        const fromA = packedPosition[n * (r + 3) + c + 3]
        const fromB = packedPosition[n * (r + 1) + c + 1]
        g[5] += pullBackJump(w[k], w[k + 1], lowerA[r] * lowerA[c], fromA, p[5], y, yo, out, oo)
        g[5] += pullBackJump(w[k], w[k + 1], lowerB[r] * lowerB[c], fromB, p[5], y, yo, out, oo)
      }
    }
  },
}

/** The same for a number of the diagonal, which is real. */
function pullBackPopulation(
  r: number,
  from: number,
  factor: number,
  w: Float64Array,
  gamma: number,
  y: Float64Array,
  yo: number,
  out: Float64Array,
  oo: number,
  g: Float64Array,
): void {
  if (factor === 0) return
  out[oo + from] += gamma * factor * w[r]
  g[5] += factor * w[r] * y[yo + from]
}
