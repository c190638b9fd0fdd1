/** The data of a figure or report cannot be drawn as given. */
export class PlotError extends Error {
  override readonly name: string = 'PlotError'
}

/**
 * Refuses arrays that do not pair up.
 *
 * @throws PlotError if the lengths differ, or are zero.
 */
export function requireSameLength(caller: string, what: string, x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length !== y.length) {
    throw new PlotError(
      `${caller}: ${what} must have as many x as y values, got ${x.length} and ${y.length}. ` +
        `Cut both to the same points.`,
    )
  }
  if (x.length === 0) {
    throw new PlotError(`${caller}: ${what} must have at least one point, got none. Leave an empty series out.`)
  }
}

/**
 * Refuses NaN and infinite values.
 *
 * @throws PlotError that names the first such index.
 */
export function requireFinite(caller: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue
    throw new PlotError(
      `${caller}: ${what} must be finite, got ${values[i]} at index ${i}. Leave that point out, and say so in the text.`,
    )
  }
}

/**
 * Refuses what a logarithmic axis cannot show.
 *
 * @throws PlotError that names the first value ≤ 0.
 */
export function requirePositive(caller: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] > 0) continue
    throw new PlotError(
      `${caller}: ${what} must be positive on a log axis, got ${values[i]} at index ${i}. ` +
        `Use scale 'linear', or leave that point out.`,
    )
  }
}
