import type { GradientPoint, MinimizeMethod } from './method.ts'
import { isUsable, type Search } from './search.ts'
import type { Ending } from './status.ts'
import { endingAfter, isStationary, relativeStep, stalled, stationary, type StoppingOptions } from './stopping.ts'
import { along } from './vector.ts'

export interface GradientDescentOptions extends StoppingOptions {
  /** η of the first step x − η g; by default 1/‖g‖, a step of length 1. */
  readonly rate?: number
  /** Factor of η after a step that reduces f enough, and its inverse after one that does not. */
  readonly growth?: number
  /** A step must reduce f by this part of η‖g‖². */
  readonly decrease?: number
}

type Settings = Required<Omit<GradientDescentOptions, 'rate'>> & Pick<GradientDescentOptions, 'rate'>

/**
 * Steepest descent x ← x − η g with a step length that adapts: longer after success, halved (by `growth`) until Armijo's condition
 * f(x − η g) ≤ f(x) − c η ‖g‖² holds. Slow on badly scaled problems; for those `lbfgs` is the choice. It is here to compare with,
 * and where nothing but the gradient is to be trusted.
 *
 * @see Nocedal and Wright (2006), Numerical Optimization, algorithm 3.1.
 */
export function gradientDescent({
  rate,
  growth = 2,
  decrease = 1e-4,
  gradientTolerance = 1e-8,
  stepTolerance = 1e-14,
  reductionTolerance = 1e-13,
}: GradientDescentOptions = {}): MinimizeMethod {
  const settings = { growth, decrease, gradientTolerance, stepTolerance, reductionTolerance, ...(rate && { rate }) }
  return { name: 'gradient descent', run: (search) => run(search, settings) }
}

function run(search: Search<GradientPoint>, settings: Settings): Ending {
  let point = search.start
  let rate = settings.rate ?? 1 / (point.gradientNorm || 1)
  for (;;) {
    if (isStationary(point, settings.gradientTolerance)) return stationary(point)
    search.beginIteration()
    const next = descend(search, point, rate, settings)
    if (next === undefined) return stalled(search, point)
    const step = relativeStep(point, next.found)
    const ending = endingAfter(point, next.found, step, settings)
    search.accept(next.found, step)
    if (ending !== undefined) return ending
    point = next.found
    rate = next.rate * settings.growth
  }
}

/** The first of the shrinking steps that reduces f enough; undefined where x no longer moves. */
function descend(
  search: Search<GradientPoint>,
  point: GradientPoint,
  first: number,
  { growth, decrease }: Settings,
): { readonly found: GradientPoint; readonly rate: number } | undefined {
  const slope = point.gradientNorm ** 2
  for (let rate = first; ; rate /= growth) {
    const x = along(point.x, -rate, point.gradient)
    if (x.every((value, i) => value === point.x[i])) return undefined
    const found = search.evaluate(x)
    if (isUsable(found) && found.value <= point.value - decrease * rate * slope) return { found, rate }
  }
}
