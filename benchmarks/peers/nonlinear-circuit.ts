/**
 * The three-state nonlinear circuit by hand, in plain JavaScript numbers.
 *
 * y = (x, v, z), y' = (v, p₀(1 − x²)v − x + p₁ sin(p₂t), (x − z)/p₃ + p₄(e^{−z} − 1))
 */
import type { HandWritten } from './hand-written.ts'

export const nonlinearCircuitByHand: HandWritten = {
  slope(t, y, yo, p, out, oo) {
    const x = y[yo]
    const v = y[yo + 1]
    const z = y[yo + 2]
    out[oo] = v
    out[oo + 1] = p[0] * (1 - x * x) * v - x + p[1] * Math.sin(p[2] * t)
    out[oo + 2] = (x - z) / p[3] + p[4] * (Math.exp(-z) - 1)
  },

  slopeAdjoint(t, y, yo, w, p, out, oo, g) {
    const x = y[yo]
    const v = y[yo + 1]
    const z = y[yo + 2]
    const xBar = w[0]
    const vBar = w[1]
    const zBar = w[2]
    const decay = Math.exp(-z)
    const rate = zBar / p[3]
    const curve = 1 - x * x
    out[oo] = rate - vBar * (2 * p[0] * x * v + 1)
    out[oo + 1] = xBar + vBar * p[0] * curve
    out[oo + 2] = -rate - zBar * p[4] * decay
    g[0] += vBar * curve * v
    g[1] += vBar * Math.sin(p[2] * t)
    g[2] += vBar * p[1] * Math.cos(p[2] * t) * t
    g[3] -= (rate * (x - z)) / p[3]
    g[4] += zBar * (decay - 1)
  },
}
