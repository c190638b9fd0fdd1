/** An evaluated point. */
export interface Point {
  readonly x: Float64Array
  /** The quantity that is being made small; may be NaN or infinite. */
  readonly value: number
  /** ‖∇ value‖; computed when first asked for. */
  readonly gradientNorm: number
  /** Why there are no numbers: what the function, or its derivative, threw for this point. */
  readonly failure?: Error | undefined
}

/** How points are made. */
export interface Evaluator<P extends Point> {
  readonly at: (x: Float64Array) => P
  /** What else must hold at the start, once it is known to be finite. */
  readonly requireStart: (start: P) => void
  /** The point where the function has failed. */
  readonly failedAt: (x: Float64Array, failure: Error) => P
}

/** Whether value and gradient are numbers. */
export function isUsable(point: Point): boolean {
  return Number.isFinite(point.value) && Number.isFinite(point.gradientNorm)
}
