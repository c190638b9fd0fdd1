import { axpy } from './axpy.ts'

/** H = I − τ v vᴴ with v₀ = 1; v₁, v₂, … stand `stride` doubles apart, v₀ would be V[start]. */
export interface Reflector {
  readonly length: number
  readonly V: Float64Array
  readonly start: number
  readonly stride: number
  readonly tauRe: number
  readonly tauIm: number
}

/** The i-th reflector of `geqrf` for a factored matrix [m, columns]; with `adjoint`, Hᴴ, which has conj(τ). */
export function reflector(
  m: number,
  columns: number,
  A: Float64Array,
  tau: Float64Array,
  i: number,
  adjoint: boolean,
): Reflector {
  const tauIm = tau[2 * i + 1]
  return {
    length: m - i,
    V: A,
    start: 2 * (i * columns + i),
    stride: 2 * columns,
    tauRe: tau[2 * i],
    tauIm: adjoint ? -tauIm : tauIm,
  }
}

/**
 * C ← H C in place, row by row:  w = vᴴ C,  C ← C − τ v w.
 *
 * @param C its rows start `stride` doubles apart from C[start] on, `columns` adjacent complex elements of each are used.
 * @param w scratch space of at least 2 columns doubles.
 */
export function larf(
  { length, V, start: v, stride: vStride, tauRe, tauIm }: Reflector,
  columns: number,
  C: Float64Array,
  start: number,
  stride: number,
  w: Float64Array,
): void {
  if (tauRe === 0 && tauIm === 0) return
  w.set(C.subarray(start, start + 2 * columns))
  for (let i = 1; i < length; i++) {
    const at = v + i * vStride
    axpy(columns, V[at], -V[at + 1], C, start + i * stride, w, 0)
  }
  axpy(columns, -tauRe, -tauIm, w, 0, C, start)
  for (let i = 1; i < length; i++) {
    const at = v + i * vStride
    const re = tauRe * V[at] - tauIm * V[at + 1]
    const im = tauRe * V[at + 1] + tauIm * V[at]
    axpy(columns, -re, -im, w, 0, C, start + i * stride)
  }
}
