import type { Vector } from '../field.ts'
import type { StateLayout } from '../state-layout.ts'
import { scaledNorm, type Tolerances } from './error-norm.ts'

/**
 * A first step that is safe and not far too small, from the sizes of y, f and a difference of f; signed like `span` = t1 − t0.
 * `f0` is f(t0, y0), `evaluate(h, y)` is f(t0 + h, y), called once, `errorOrder` the order q of the error estimate.
 *
 * @see Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4.
 */
export function initialStep(
  evaluate: (h: number, y: Float64Array) => Float64Array,
  { y0, f0, layout }: { readonly y0: Float64Array; readonly f0: Float64Array; readonly layout: StateLayout },
  {
    span,
    errorOrder,
    tolerances,
  }: { readonly span: number; readonly errorOrder: number; readonly tolerances: Tolerances },
): number {
  const interval = Math.abs(span)
  const start: Vector = { data: y0, at: 0 }
  const norm = (x: Float64Array): number => scaledNorm(tolerances, layout, { data: x, at: 0 }, start, start)
  const [d0, d1] = [norm(y0), norm(f0)]
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, interval)
  const signed = Math.sign(span) * h0
  const f1 = evaluate(signed, y0.map((y, i) => y + signed * f0[i])) // prettier-ignore
  const d2 = norm(f1.map((f, i) => f - f0[i])) / h0
  const steepest = Math.max(d1, d2)
  const h1 = steepest <= 1e-15 ? Math.max(1e-6, 1e-3 * h0) : (0.01 / steepest) ** (1 / (errorOrder + 1))
  const h = Math.min(100 * h0, Number.isFinite(h1) ? h1 : h0, interval)
  return Math.sign(span) * h
}
