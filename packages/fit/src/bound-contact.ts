import type { Bounds } from './transform.ts'

export type Contact = 'at lower bound' | 'at upper bound'

/** How close to a bound, in units of the parameter's own standard error, counts as at the bound. */
const closeness = 1e-3

/**
 * Which bound a parameter has run into: it is there if the way to the bound is a small part of its standard error, so that
 * the data cannot tell it from the bound.
 *
 * @param value the parameter, in the unit of its bounds.
 * @param error its standard error if all others were known, s/‖Jⱼ‖.
 */
export function contactWith([lower, upper]: Bounds, value: number, error: number): Contact | undefined {
  const [below, above] = [value - lower, upper - value]
  const reach = Math.max(closeness * error, 0)
  if (below < above) return below <= reach ? 'at lower bound' : undefined
  return above <= reach ? 'at upper bound' : undefined
}
