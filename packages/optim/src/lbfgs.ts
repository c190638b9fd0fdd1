import { curvatureAfter, firstCurvature, overCurvature, secantBetween, type Secant } from './diagonal-curvature.ts'
import type { GradientPoint, MinimizeMethod } from './method.ts'
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
} from './stopping.ts'
import { strongWolfe, type RayEnd } from './strong-wolfe.ts'
import { along, inner } from './vector.ts'

export interface LbfgsOptions extends StoppingOptions {
  /** Number of steps that are remembered. */
  readonly memory?: number
  /** c₁ of the line search. */
  readonly decrease?: number
  /** c₂ of the line search. */
  readonly curvature?: number
}

type Settings = Required<LbfgsOptions>

/** The inverse Hessian that the last steps suggest: their secants, and a diagonal for all other directions. */
interface Memory {
  readonly secants: readonly Secant[]
  readonly diagonal: Float64Array
}

/** Part of every coordinate by which the first step changes it: from there on the model has been measured. */
const firstStep = 0.1

/**
 * Limited-memory BFGS with a line search for the strong Wolfe conditions. The matrix that it starts from is diagonal and follows the
 * curvature along each axis, so that parameters of any size and unit need no scaling.
 *
 * @see Nocedal and Wright (2006), Numerical Optimization, algorithms 7.4 and 7.5.
 */
export function lbfgs({
  memory = 10,
  gradientTolerance = 1e-8,
  stepTolerance = 0,
  reductionTolerance = 0,
  absoluteGradientTolerance = 0,
  absoluteStepTolerance = 0,
  absoluteReductionTolerance = 0,
  decrease = 1e-4,
  curvature = 0.9,
}: LbfgsOptions = {}): MinimizeMethod {
  const relative = { gradientTolerance, stepTolerance, reductionTolerance }
  const absolute = { absoluteGradientTolerance, absoluteStepTolerance, absoluteReductionTolerance }
  return { name: 'L-BFGS', run: (search) => run(search, { memory, decrease, curvature, ...relative, ...absolute }) }
}

function run(search: Search<GradientPoint>, settings: Settings): Ending {
  let point = search.start
  let memory = freshMemory(point)
  let model = modelAt(point, memory, false)
  for (;;) {
    const here = endingAt(point, model, settings)
    if (here !== undefined) return here
    const settled = isSettled(point, model, settings)
    search.beginIteration()
    let end = lineSearch(search, point, memory, settings)
    if (end.kind === 'nowhere' && memory.secants.length > 0) {
      memory = freshMemory(point)
      model = modelAt(point, memory, false)
      end = lineSearch(search, point, memory, settings)
    }
    if (end.kind === 'nowhere') return endingWithoutStep(search, point, settled)
    if (end.kind === 'unbounded') return unbounded(search.best())
    const after = end.point
    memory = end.kind === 'far' ? freshMemory(after) : remember(memory, { before: point, after }, settings.memory)
    const modelAfter = modelAt(after, memory, settled)
    const ending = endingAfter({ before: point, after, modelBefore: model, modelAfter }, settings)
    search.accept(after, relativeStep(point, after))
    if (ending !== undefined) return ending
    point = after
    model = modelAfter
  }
}

const freshMemory = (point: GradientPoint): Memory => ({ secants: [], diagonal: firstCurvature(point) })

const modelAt = (point: GradientPoint, memory: Memory, isConfirmed: boolean): LocalModel => ({
  step: quasiNewton(point.gradient, memory),
  curvature: memory.diagonal,
  isConfirmed,
})

function remember(
  { secants, diagonal }: Memory,
  { before, after }: { readonly before: GradientPoint; readonly after: GradientPoint },
  most: number,
): Memory {
  const secant = secantBetween(before, after)
  if (secant === undefined) return { secants, diagonal }
  return { secants: [...secants, secant].slice(-most), diagonal: curvatureAfter(diagonal, secant, after) }
}

/** A step along the quasi-Newton direction; nowhere if that does not lead downhill. */
function lineSearch(
  search: Search<GradientPoint>,
  point: GradientPoint,
  memory: Memory,
  { decrease, curvature }: Settings,
): RayEnd<GradientPoint> {
  const direction = quasiNewton(point.gradient, memory)
  if (!(inner(direction, point.gradient) < 0)) return { kind: 'nowhere' }
  const first = memory.secants.length > 0 ? 1 : firstStep
  const end = strongWolfe(search.evaluate, point, direction, { first, constants: { decrease, curvature } })
  const isSame = 'point' in end && end.point.x.every((value, i) => value === point.x[i])
  return isSame ? { kind: 'nowhere' } : end
}

/**
 * −H g by the two-loop recursion, H₀ = γ D⁻¹ with the largest γ = sᵀy/yᵀD⁻¹y of the steps in memory. For the last of them D ≥ yᵢ²/sᵀy
 * along each axis, hence γ ≥ 1/n: one steep coordinate cannot make the steps of the others vanish.
 */
function quasiNewton(gradient: Float64Array, { secants, diagonal }: Memory): Float64Array {
  let q: Float64Array = gradient.map((value) => -value)
  const weights: number[] = []
  for (let i = secants.length - 1; i >= 0; i--) {
    const { s, y, product } = secants[i]
    weights[i] = inner(s, q) / product
    q = along(q, -weights[i], y)
  }
  const gammas = secants.map(({ y, product }) => product / inner(y, overCurvature(y, diagonal)))
  const gamma = secants.length === 0 ? 1 : Math.max(...gammas)
  q = overCurvature(q, diagonal).map((value) => gamma * value)
  secants.forEach(({ s, y, product }, i) => (q = along(q, weights[i] - inner(y, q) / product, s)))
  return q
}
