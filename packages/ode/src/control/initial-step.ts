import type { RightHandSide } from '../field.ts'
import { scaledNorm, type Tolerances } from './error-norm.ts'

/**
 * A first step that is safe and not far too small, from the sizes of y, f and a difference of f; signed like `span` = t1 − t0.
 * `f0` is f(t0, y0), `errorOrder` the order q of the error estimate. Costs one evaluation.
 *
 * @see Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4.
 */
export function initialStep(
  field: RightHandSide,
  start: { readonly t0: number; readonly y0: Float64Array; readonly p: Float64Array; readonly f0: Float64Array },
  {
    span,
    errorOrder,
    tolerances,
  }: { readonly span: number; readonly errorOrder: number; readonly tolerances: Tolerances },
): number {
  const { t0, y0, p, f0 } = start
  const interval = Math.abs(span)
  const norm = (x: Float64Array): number => scaledNorm(tolerances, field.isComplex, x, y0, 0, y0, 0)
  const [d0, d1] = [norm(y0), norm(f0)]
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, interval)
  const signed = Math.sign(span) * h0
  const f1 = new Float64Array(y0.length)
  field.value.run(
    t0 + signed,
    y0.map((y, i) => y + signed * f0[i]),
    0,
    p,
    f1,
    0,
  )
  const d2 = norm(f1.map((f, i) => f - f0[i])) / h0
  const steepest = Math.max(d1, d2)
  const h1 = steepest <= 1e-15 ? Math.max(1e-6, 1e-3 * h0) : (0.01 / steepest) ** (1 / (errorOrder + 1))
  const h = Math.min(100 * h0, Number.isFinite(h1) ? h1 : h0, interval)
  return Math.sign(span) * h
}
