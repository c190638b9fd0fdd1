import type { Complex } from '@cad/core'

/** A number to `digits` significant digits without trailing zeros; powers of ten from 1e6 and below 1e-3. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return String(value)
  const [mantissa, exponent] = split(value, digits - 1)
  return isPlain(exponent) ? String(Number(value.toPrecision(digits))) : `${Number(mantissa)}e${exponent}`
}

/**
 * A value with its standard error in brackets, in units of the last digits: `3.0848(15)`, `1.0428(29)e-5`. The error has two
 * significant digits. Where value and error have no digit in common each is written by itself, `5.2e4 ± 1.5e7`.
 */
export function formatUncertain(value: number, error: number | undefined): string {
  if (error === undefined) return formatNumber(value)
  if (error === 0 || !Number.isFinite(error)) return `${formatNumber(value, 15)} ± ${formatNumber(error)}`
  const errorExponent = split(error, 1)[1]
  const valueExponent = value === 0 ? errorExponent : split(value, 1)[1]
  const largest = Math.max(valueExponent, errorExponent)
  const exponent = isPlain(largest) ? 0 : largest
  const decimals = exponent - errorExponent + 1
  if (errorExponent > valueExponent + 1 || largest - errorExponent > 14 || decimals < 0) {
    return `${formatNumber(value, Math.max(2, Math.min(15, valueExponent - errorExponent + 2)))} ± ${formatNumber(error, 2)}`
  }
  const [v, e] = [shift(value, -exponent).toFixed(decimals), shift(error, -exponent).toFixed(decimals)]
  const digits = Number(e) < 1 ? String(Math.round(Number(e) * 10 ** decimals)) : e
  return `${v}(${digits})${exponent === 0 ? '' : `e${exponent}`}`
}

/** A number or complex number with its standard error, if it has one. */
export function formatValue(value: number | Complex, error?: number | Complex): string {
  if (typeof value === 'number') return formatUncertain(value, typeof error === 'number' ? error : undefined)
  const { re, im } = typeof error === 'object' ? error : {}
  return `${formatUncertain(value.re, re)} ${value.im < 0 ? '-' : '+'} ${formatUncertain(Math.abs(value.im), im)} i`
}

/** Powers of ten are written out from 1e-3 up to below 1e6. */
const isPlain = (exponent: number): boolean => exponent >= -3 && exponent < 6

/** Mantissa and exponent after rounding. */
function split(value: number, decimals: number): [mantissa: string, exponent: number] {
  const [mantissa, exponent] = value.toExponential(decimals).split('e')
  return [mantissa, Number(exponent)]
}

/** value × 10^power, rounded once. */
function shift(value: number, power: number): number {
  const [mantissa, exponent] = value.toExponential().split('e')
  return Number(`${mantissa}e${Number(exponent) + power}`)
}
