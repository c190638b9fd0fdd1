import type { GradientPoint, MinimizeMethod } from './method.ts'
import type { Search } from './search.ts'
import type { Ending } from './status.ts'
import { endingAfter, isStationary, relativeStep, stalled, stationary, type StoppingOptions } from './stopping.ts'
import { strongWolfe } from './strong-wolfe.ts'
import { along, inner, length } from './vector.ts'

export interface LbfgsOptions extends StoppingOptions {
  /** Number of steps that are remembered. */
  readonly memory?: number
  /** c₁ of the line search. */
  readonly decrease?: number
  /** c₂ of the line search. */
  readonly curvature?: number
}

type Tolerances = Required<LbfgsOptions>

/** s = x₊ − x, y = g₊ − g, and 1/sᵀy. */
interface Correction {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

/**
 * Limited-memory BFGS with a line search for the strong Wolfe conditions.
 *
 * @see Nocedal and Wright (2006), Numerical Optimization, algorithms 7.4 and 7.5.
 */
export function lbfgs({
  memory = 10,
  gradientTolerance = 1e-8,
  stepTolerance = 1e-14,
  reductionTolerance = 1e-13,
  decrease = 1e-4,
  curvature = 0.9,
}: LbfgsOptions = {}): MinimizeMethod {
  const tolerances = { memory, gradientTolerance, stepTolerance, reductionTolerance, decrease, curvature }
  return { name: 'L-BFGS', run: (search) => run(search, tolerances) }
}

function run(search: Search<GradientPoint>, tolerances: Tolerances): Ending {
  let point = search.start
  let corrections: readonly Correction[] = []
  for (;;) {
    if (isStationary(point, tolerances.gradientTolerance)) return stationary(point)
    search.beginIteration()
    const next = lineSearch(search, point, corrections, tolerances) ?? lineSearch(search, point, [], tolerances)
    if (next === undefined) return stalled(search, point)
    const { found, kept } = next
    const correction = correctionFrom(point, found)
    corrections = correction === undefined ? kept : [...kept, correction].slice(-tolerances.memory)
    const step = relativeStep(point, found)
    const ending = endingAfter(point, found, step, tolerances)
    search.accept(found, step)
    if (ending !== undefined) return ending
    point = found
  }
}

/** A step along the quasi-Newton direction; undefined if it does not lead downhill, or nowhere. */
function lineSearch(
  search: Search<GradientPoint>,
  point: GradientPoint,
  corrections: readonly Correction[],
  { decrease, curvature }: Tolerances,
): { readonly found: GradientPoint; readonly kept: readonly Correction[] } | undefined {
  const direction = quasiNewton(point.gradient, corrections)
  if (!(inner(direction, point.gradient) < 0)) return undefined
  const first = corrections.length > 0 ? 1 : Math.min(1, 1 / point.gradientNorm)
  const found = strongWolfe(search.evaluate, point, direction, { first, constants: { decrease, curvature } })
  const moved = found?.x.some((value, i) => value !== point.x[i]) === true
  return found && moved ? { found, kept: corrections } : undefined
}

/** −H g by the two-loop recursion, H₀ = (sᵀy/yᵀy) I. */
function quasiNewton(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  let q: Float64Array = gradient.map((value) => -value)
  const weights: number[] = []
  for (let i = corrections.length - 1; i >= 0; i--) {
    const { s, y, rho } = corrections[i]
    weights[i] = rho * inner(s, q)
    q = along(q, -weights[i], y)
  }
  const last = corrections.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.rho * inner(last.y, last.y))
    q = q.map((value) => scale * value)
  }
  corrections.forEach(({ s, y, rho }, i) => (q = along(q, weights[i] - rho * inner(y, q), s)))
  return q
}

/** Undefined where the curvature along the step is not positive: H would lose its definiteness. */
function correctionFrom(before: GradientPoint, after: GradientPoint): Correction | undefined {
  const s = along(after.x, -1, before.x)
  const y = along(after.gradient, -1, before.gradient)
  const product = inner(s, y)
  return product > Number.EPSILON * length(s) * length(y) ? { s, y, rho: 1 / product } : undefined
}
