import { requireSameLength } from './errors.ts'

/** A curve from left to right: a function of x whose x were measured in any order. */
export function sortedByX(
  caller: string,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  requireSameLength(caller, `series 'fit'`, x, y)
  const order = Array.from(x, (_, i) => i).sort((i, j) => x[i] - x[j])
  return { x: order.map((i) => x[i]), y: order.map((i) => y[i]) }
}
