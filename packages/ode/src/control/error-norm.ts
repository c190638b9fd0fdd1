import type { Vector } from '../field.ts'
import type { StateLayout } from '../state-layout.ts'

/**
 * The scaled error norm E = √( (1/n) Σ_j |e_j|² / (atol_j + rtol max(|y_j|, |y1_j|))² ) over n components, |·| the modulus: it does
 * not change under y_j → e^{iφ} y_j, so neither do the steps. A step is accepted if E ≤ 1.
 */
export type Tolerances = {
  readonly rtol: number
  /** One number, or one for each component. */
  readonly atol: number | Float64Array
}

export function scaledNorm(tolerances: Tolerances, layout: StateLayout, e: Vector, y: Vector, y1: Vector): number {
  const { components, leaves } = layout
  let [total, next] = [0, 0]
  for (const { isComplex, offset, length } of leaves) {
    const part = isComplex ? complexPart : realPart
    total += part(tolerances, { first: next, offset, length }, e, y, y1)
    next += isComplex ? length / 2 : length
  }
  return components === 0 ? 0 : Math.sqrt(total / components)
}

interface Part {
  /** Number of its first component. */
  readonly first: number
  readonly offset: number
  readonly length: number
}

/** Σ_j |e_j|² / scale_j² over the components of a real leaf. No error is none, also where the scale is 0. */
function realPart(
  { rtol, atol }: Tolerances,
  { first, offset, length }: Part,
  e: Vector,
  y: Vector,
  y1: Vector,
): number {
  let total = 0
  for (let i = 0; i < length; i++) {
    const error = e.data[e.at + offset + i]
    if (error === 0) continue
    const floor = typeof atol === 'number' ? atol : atol[first + i]
    const [before, after] = [y.data[y.at + offset + i], y1.data[y1.at + offset + i]]
    const part = error / (floor + rtol * Math.max(Math.abs(before), Math.abs(after)))
    total += part * part
  }
  return total
}

/** The same over a complex one. */
function complexPart(
  { rtol, atol }: Tolerances,
  { first, offset, length }: Part,
  e: Vector,
  y: Vector,
  y1: Vector,
): number {
  let total = 0
  for (let i = 0; i < length; i += 2) {
    const at = offset + i
    const [re, im] = [e.data[e.at + at], e.data[e.at + at + 1]]
    if (re === 0 && im === 0) continue
    const floor = typeof atol === 'number' ? atol : atol[first + i / 2]
    const scale = floor + rtol * Math.max(modulus(y, at), modulus(y1, at))
    const [a, b] = [re / scale, im / scale]
    total += a * a + b * b
  }
  return total
}

/** |y_j|; by way of the larger part where a square would not be a normal number. */
function modulus({ data, at }: Vector, offset: number): number {
  const [re, im] = [data[at + offset], data[at + offset + 1]]
  const square = re * re + im * im
  return square > 1e-290 && square < 1e290 ? Math.sqrt(square) : Math.hypot(re, im)
}
