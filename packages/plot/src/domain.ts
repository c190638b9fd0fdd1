import type { AxisScale } from './figure.ts'

/** The interval that an axis shows, lower end first. */
export type Domain = readonly [low: number, high: number]

/** The smallest domain that holds all values. */
export function extent(arrays: readonly ArrayLike<number>[]): Domain {
  let low = Infinity
  let high = -Infinity
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      low = Math.min(low, values[i])
      high = Math.max(high, values[i])
    }
  }
  return [low, high]
}

/** Widens a domain on both sides by a fraction of itself, so that no mark lies on the frame or outside of it. */
export function widen([low, high]: Domain, fraction: number, scale: AxisScale = 'linear'): Domain {
  if (scale === 'log') {
    const factor = low === high ? 2 : (high / low) ** fraction
    return [low / factor, high * factor]
  }
  const margin = low === high ? Math.abs(low) / 10 || 1 : (high - low) * fraction
  return [low - margin, high + margin]
}

/** Both domains of a panel of equal aspect, and the height that it needs. */
export type EqualFrame = { readonly x: Domain; readonly y: Domain; readonly height: number }

/**
 * Widens x or y about its middle until one unit has the same length on both axes.
 *
 * @param width of the plotting area in pixels.
 * @param heights the least and the greatest height in pixels; in between, x decides.
 */
export function equalFrame(x: Domain, y: Domain, width: number, [least, most]: Domain): EqualFrame {
  const xSpan = x[1] - x[0]
  const ySpan = y[1] - y[0]
  const height = Math.round(Math.min(most, Math.max(least, (width * ySpan) / xSpan)))
  const unitsPerPixel = Math.max(xSpan / width, ySpan / height)
  return { x: about(x, unitsPerPixel * width), y: about(y, unitsPerPixel * height), height }
}

const about = ([low, high]: Domain, span: number): Domain => {
  const middle = low + (high - low) / 2
  return [middle - span / 2, middle + span / 2]
}
