/** A complex number as a plain value; what `item()` of a complex tensor gives, accepted wherever a tensor fits. */
export interface Complex {
  readonly re: number
  readonly im: number
}

/** True for a plain `{ re, im }` of two numbers. */
export function isComplex(x: unknown): x is Complex {
  if (typeof x !== 'object' || x === null) return false
  const { re, im } = x as Partial<Complex>
  return typeof re === 'number' && typeof im === 'number'
}

/** `re + im i` with `digits` significant digits, for messages and tables. */
export function formatComplex({ re, im }: Complex, digits = 6): string {
  const sign = im < 0 || Object.is(im, -0) ? '−' : '+'
  return `${Number(re.toPrecision(digits))} ${sign} ${Math.abs(Number(im.toPrecision(digits)))}i`
}
