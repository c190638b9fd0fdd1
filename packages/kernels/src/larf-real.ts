import { axpyReal } from './axpy-real.ts'

/** H = I − τ v vᵀ with v₀ = 1; v₁, v₂, … stand `stride` doubles apart, v₀ would be V[start]. Hᵀ = H. */
export interface RealReflector {
  readonly length: number
  readonly V: Float64Array
  readonly start: number
  readonly stride: number
  readonly tau: number
}

/** The i-th reflector of `geqrfReal` for a factored matrix [m, columns]. */
export function reflectorReal(
  m: number,
  columns: number,
  A: Float64Array,
  tau: Float64Array,
  i: number,
): RealReflector {
  return { length: m - i, V: A, start: i * columns + i, stride: columns, tau: tau[i] }
}

/**
 * C ← H C in place, row by row:  w = vᵀ C,  C ← C − τ v w.
 *
 * @param C its rows start `stride` doubles apart from C[start] on, `columns` adjacent elements of each are used.
 * @param w scratch space of at least `columns` doubles.
 */
export function larfReal(
  { length, V, start: v, stride: vStride, tau }: RealReflector,
  columns: number,
  C: Float64Array,
  start: number,
  stride: number,
  w: Float64Array,
): void {
  if (tau === 0) return
  w.set(C.subarray(start, start + columns))
  for (let i = 1; i < length; i++) axpyReal(columns, V[v + i * vStride], C, start + i * stride, w, 0)
  axpyReal(columns, -tau, w, 0, C, start)
  for (let i = 1; i < length; i++) axpyReal(columns, -tau * V[v + i * vStride], w, 0, C, start + i * stride)
}
