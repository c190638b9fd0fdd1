import { curvatureAfter, firstCurvature, overCurvature, secantBetween } from './diagonal-curvature.ts'
import type { GradientPoint, MinimizeMethod } from './method.ts'
import { isUsable } from './point.ts'
import type { Search } from './search.ts'
import type { Ending } from './status.ts'
import {
  endingAfter,
  endingAt,
  endingWithoutStep,
  isSettled,
  relativeStep,
  unbounded,
  type LocalModel,
  type StoppingOptions,
  type StoppingRules,
} from './stopping.ts'
import { along } from './vector.ts'

export interface GradientDescentOptions extends StoppingOptions {
  /** η of the first step x − η g; by default 1/‖g‖, a step of length 1. */
  readonly rate?: number
  /** Factor of η after a step that reduces f enough, and its inverse after one that does not. */
  readonly growth?: number
  /** A step must reduce f by this part of η‖g‖². */
  readonly decrease?: number
}

type Settings = StoppingRules & Required<Omit<GradientDescentOptions, 'rate'>> & Pick<GradientDescentOptions, 'rate'>

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
  stepTolerance = 0,
  reductionTolerance = 0,
  absoluteGradientTolerance = 0,
  absoluteStepTolerance = 0,
  absoluteReductionTolerance = 0,
}: GradientDescentOptions = {}): MinimizeMethod {
  const relative = { gradientTolerance, stepTolerance, reductionTolerance }
  const absolute = { absoluteGradientTolerance, absoluteStepTolerance, absoluteReductionTolerance }
  const settings = { growth, decrease, ...relative, ...absolute, ...(rate && { rate }) }
  return { name: 'gradient descent', run: (search) => run(search, settings) }
}

function run(search: Search<GradientPoint>, settings: Settings): Ending {
  let point = search.start
  let rate = settings.rate ?? 1 / (point.gradientNorm || 1)
  let model = modelOf(point, firstCurvature(point), false)
  for (;;) {
    const here = endingAt(point, model, settings)
    if (here !== undefined) return here
    const settled = isSettled(point, model, settings)
    search.beginIteration()
    const next = descend(search, point, rate, settings)
    if (next === undefined) return endingWithoutStep(search, point, settled)
    if (next === 'unbounded') return unbounded(search.best())
    const { found } = next
    const secant = secantBetween(point, found)
    const curvature = secant ? curvatureAfter(model.curvature, secant, found) : model.curvature
    const modelAfter = modelOf(found, curvature, settled)
    const ending = endingAfter({ before: point, after: found, modelBefore: model, modelAfter }, settings)
    search.accept(found, relativeStep(point, found))
    if (ending !== undefined) return ending
    point = found
    model = modelAfter
    rate = next.rate * settings.growth
  }
}

/** The step along each axis to where the gradient would vanish: what tells how near the minimum is, not how descent goes there. */
const modelOf = ({ gradient }: GradientPoint, curvature: Float64Array, isConfirmed: boolean): LocalModel => ({
  step: overCurvature(gradient, curvature).map((value) => -value),
  curvature,
  isConfirmed,
})

/** The first of the shrinking steps that reduces f enough; undefined where x no longer moves. */
function descend(
  search: Search<GradientPoint>,
  point: GradientPoint,
  first: number,
  { growth, decrease }: Settings,
): { readonly found: GradientPoint; readonly rate: number } | 'unbounded' | undefined {
  const slope = point.gradientNorm ** 2
  for (let rate = first; ; rate /= growth) {
    const x = along(point.x, -rate, point.gradient)
    if (x.every((value, i) => value === point.x[i])) return undefined
    const found = search.evaluate(x)
    if (found.value === -Infinity) return 'unbounded'
    if (isUsable(found) && found.value <= point.value - decrease * rate * slope) return { found, rate }
  }
}
