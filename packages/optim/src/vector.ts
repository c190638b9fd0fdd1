/** Σ aᵢ bᵢ */
export function inner(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i] * b[i]
  return total
}

/** ‖a‖₂, scaled so that squares neither overflow nor vanish. */
export function length(a: Float64Array): number {
  let largest = 0
  for (const value of a) {
    if (Number.isNaN(value)) return NaN
    largest = Math.max(largest, Math.abs(value))
  }
  if (largest === 0 || largest === Infinity) return largest
  let total = 0
  for (const value of a) total += (value / largest) ** 2
  return largest * Math.sqrt(total)
}

/** a + t b */
export function along(a: Float64Array, t: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + t * b[i])
}

/** aᵢ bᵢ */
export function scaled(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i])
}
