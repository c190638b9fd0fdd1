/**
 * The scaled error norm E = √( (1/n) Σ_j |e_j|² / (atol_j + rtol max(|y_j|, |y1_j|))² ) over n components, |·| the modulus: it does
 * not change under y_j → e^{iφ} y_j, so neither do the steps. A step is accepted if E ≤ 1.
 */
export type Tolerances = {
  readonly rtol: number
  /** One number, or one for each component. */
  readonly atol: number | Float64Array
}

/** Σ_j |e_j|² / scale_j² of complex components; y and y1 start at `o` and `o1`. */
export function scaledNorm(
  { rtol, atol }: Tolerances,
  isComplex: boolean,
  e: Float64Array,
  y: Float64Array,
  o: number,
  y1: Float64Array,
  o1: number,
): number {
  const components = isComplex ? e.length / 2 : e.length
  let total = 0
  for (let j = 0; j < components; j++) {
    const floor = typeof atol === 'number' ? atol : atol[j]
    const i = isComplex ? 2 * j : j
    if (e[i] === 0 && (!isComplex || e[i + 1] === 0)) continue // no error is none, also where the scale is 0
    if (isComplex) {
      const before = y[o + i] * y[o + i] + y[o + i + 1] * y[o + i + 1]
      const after = y1[o1 + i] * y1[o1 + i] + y1[o1 + i + 1] * y1[o1 + i + 1]
      const scale = floor + rtol * Math.sqrt(before > after ? before : after)
      total += (e[i] * e[i] + e[i + 1] * e[i + 1]) / (scale * scale)
    } else {
      const scale = floor + rtol * Math.max(Math.abs(y[o + j]), Math.abs(y1[o1 + j]))
      total += (e[j] * e[j]) / (scale * scale)
    }
  }
  return components === 0 ? 0 : Math.sqrt(total / components)
}
