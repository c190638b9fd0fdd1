import { PlotError } from './errors.ts'
import type { ComplexNumber } from './figure.ts'

/**
 * How an uncertainty is written: `29.141 ± 0.036`, or in the last digits, `29.141(36)`.
 *
 * All numbers are written with ASCII signs and powers as `e-5`, so that they can be pasted into a program.
 */
export type UncertaintyStyle = 'plus-minus' | 'brackets'

/** A number to `digits` significant digits without trailing zeros; powers of ten from 1e6 and below 1e-3. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return formatSpecial(value)
  const [mantissa, exponent] = parts(value, digits - 1)
  return isPlain(exponent) ? String(Number(value.toPrecision(digits))) : `${Number(mantissa)}e${exponent}`
}

/**
 * A value with its standard error, the error to two significant digits and the value to the same decimal.
 *
 * An error of zero is written as `± 0`, one that is not known (NaN) as `± ?`. Where error and value have no digit in
 * common, as in `5.2e4 ± 1.5e7`, each is written by itself.
 *
 * @throws PlotError if the error is negative.
 */
export function formatUncertain(value: number, error: number, style: UncertaintyStyle = 'plus-minus'): string {
  if (error < 0) {
    throw new PlotError(
      `formatUncertain: the standard error must be at least 0, got ${error}. Take the square root of the variance.`,
    )
  }
  if (!Number.isFinite(value) || !Number.isFinite(error) || error === 0) return apart(value, error)

  const [, errorExponent] = parts(error, 1)
  const valueExponent = value === 0 ? errorExponent : parts(value, 1)[1]
  // 15 decimals more than the value has is more than a double holds.
  if (errorExponent > valueExponent + 1 || valueExponent - errorExponent > 14) return apart(value, error)

  const largest = Math.max(valueExponent, errorExponent)
  const exponent = isPlain(largest) ? 0 : largest
  const decimals = exponent - errorExponent + 1
  const [v, e] = [fixed(shift(value, -exponent), decimals), fixed(shift(error, -exponent), decimals)]
  const suffix = exponent === 0 ? '' : `e${exponent}`
  if (style === 'brackets') return `${v}(${Number(e) < 1 ? Number(e.replace('.', '')) : e})${suffix}`
  return suffix === '' ? `${v} ± ${e}` : `(${v} ± ${e})${suffix}`
}

/** A complex number as `re + im i`, with standard errors of both parts if given. */
export function formatComplex(
  { re, im }: ComplexNumber,
  error?: ComplexNumber,
  style: UncertaintyStyle = 'plus-minus',
): string {
  const negative = im < 0 || Object.is(im, -0)
  const sign = negative ? '-' : '+'
  const size = negative ? -im : im
  if (error === undefined) return `${formatNumber(re)} ${sign} ${formatNumber(size)} i`
  const [real, imaginary] = [formatUncertain(re, error.re, style), formatUncertain(size, error.im, style)]
  return style === 'brackets' ? `${real} ${sign} ${imaginary} i` : `${grouped(real)} ${sign} ${grouped(imaginary)} i`
}

const grouped = (text: string): string => (text.startsWith('(') ? text : `(${text})`)

/** Powers of ten are written out from 1e-3 up to below 1e6. */
const isPlain = (exponent: number): boolean => exponent >= -3 && exponent < 6

/** Mantissa and exponent after rounding, so that 0.0996 to two digits is 1.0e-1 and not 10e-2. */
function parts(value: number, decimals: number): [mantissa: string, exponent: number] {
  const [mantissa, exponent] = value.toExponential(decimals).split('e')
  return [mantissa, Number(exponent)]
}

/** value × 10^power, rounded once: parsed from decimals, not multiplied. */
function shift(value: number, power: number): number {
  const [mantissa, exponent] = value.toExponential().split('e')
  return Number(`${mantissa}e${Number(exponent) + power}`)
}

/** To so many decimals, or to tens and hundreds where they are negative. */
const fixed = (value: number, decimals: number): string =>
  decimals > 0 ? value.toFixed(decimals) : String(shift(Math.round(shift(value, decimals)), -decimals))

function apart(value: number, error: number): string {
  if (Number.isNaN(error)) return `${formatNumber(value)} ± ?`
  // Beside an error that hides it, two digits of the value say all there is.
  if (error <= Math.abs(value) || Number.isNaN(value)) return `${formatNumber(value, 15)} ± ${formatNumber(error, 2)}`
  const plain = [value, error].every((one) => one === 0 || !Number.isFinite(one) || isPlain(parts(one, 1)[1]))
  const text = (one: number) => (plain || one === 0 || !Number.isFinite(one) ? formatNumber(one, 2) : twoDigits(one))
  return `${text(value)} ± ${text(error)}`
}

function twoDigits(value: number): string {
  const [mantissa, exponent] = parts(value, 1)
  return `${mantissa}e${exponent}`
}

const formatSpecial = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞')
