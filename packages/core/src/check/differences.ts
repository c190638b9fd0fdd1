import type { Subject } from './subject.ts'
import { combine, combineAll, distance, requireDefect, size, tiny, type Apply, type Values } from './values.ts'

const steps = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3]

/** [8(f(h) − f(−h)) − (f(2h) − f(−2h))]/(12h) */
export function differences(f: Apply, point: Values, directions: Values, h: number): Values {
  const at = (step: number): Values => f(combineAll(1, point, step, directions))
  const [p1, m1, p2, m2] = [at(h), at(-h), at(2 * h), at(-2 * h)]
  return p1.map((_, i) =>
    combine(8 / (12 * h), combine(1, p1[i], -1, m1[i]), -1 / (12 * h), combine(1, p2[i], -1, m2[i])),
  )
}

interface Best {
  readonly distance: number
  readonly found: Values
}

/** The quotient nearest to a tangent, of a few steps; its distance is NaN only if all are. */
export function bestDistance(tangent: Values, quotient: (h: number) => Values): Best {
  let best: Best = { distance: NaN, found: [] }
  for (const h of steps) {
    const found = quotient(h)
    const away = distance(tangent, found)
    if (away < best.distance || Number.isNaN(best.distance)) best = { distance: away, found }
  }
  return best
}

/** The jvp against five-point differences. Their error is about ε|f|/h, so that |f| counts where the tangent vanishes. */
export function checkDifferences({ f, point, value, directions, tangent, what }: Subject, tolerance: number): number {
  const best = bestDistance(tangent, (h) => differences(f, point, directions, h))
  const scale = Math.max(size(tangent), size(best.found), 1e-6 * size(value))
  return requireDefect(`${what}jvp against five-point differences`, best.distance / (tiny + scale), tolerance)
}
