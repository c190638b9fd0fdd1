/** A right-hand side and its VJP by hand, on numbers inside of arrays: y from index yo on, and so on. */
export interface HandWritten {
  /** out = f(t, y, p) */
  readonly slope: (t: number, y: Float64Array, yo: number, p: Float64Array, out: Float64Array, oo: number) => void
  /** out = f_y⋆ w and g += f_p⋆ w, where w is read from index 0 on */
  readonly slopeAdjoint: (
    t: number,
    y: Float64Array,
    yo: number,
    w: Float64Array,
    p: Float64Array,
    out: Float64Array,
    oo: number,
    g: Float64Array,
  ) => void
}
