import type { Domain } from './domain.ts'

/** A tick of a log axis, with its label. */
export type Tick = { readonly value: number; readonly label: string }

const mostTicks = 8

/**
 * Ticks at powers of ten, thinned to eight at most, or at 1, 2 and 5 times those where there are fewer than three.
 *
 * @returns none for a domain too narrow for three such ticks.
 */
export function logTicks([low, high]: Domain): readonly Tick[] {
  const first = Math.floor(Math.log10(low))
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i)
  const inside = (power: number, digit: number) => low <= decimal(digit, power) && decimal(digit, power) <= high
  const decades = powers.filter((power) => inside(power, 1))
  const plain = powers.every((power) => power >= -4 && power <= 5)
  const tick = (power: number, digit: number): Tick => ({
    value: decimal(digit, power),
    label: plain ? String(decimal(digit, power)) : `${digit === 1 ? '' : `${digit}×`}10${superscript(power)}`,
  })

  if (decades.length >= 3) {
    const stride = Math.ceil(decades.length / mostTicks)
    return decades.filter((power) => power % stride === 0).map((power) => tick(power, 1))
  }
  const fine = powers.flatMap((power) => [1, 2, 5].filter((d) => inside(power, d)).map((d) => tick(power, d)))
  return fine.length >= 3 ? fine : []
}

// Parsed, not multiplied: 5 * 1e-5 is not the double nearest to 5e-5.
const decimal = (digit: number, power: number): number => Number(`${digit}e${power}`)

const superscript = (power: number): string =>
  String(power).replace(/[-\d]/g, (sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)]))
