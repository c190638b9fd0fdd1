import {
  ArgumentError,
  concat,
  DtypeError,
  slice,
  type Firm,
  type Loose,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { bindAll, byIdentity, contentsOf, describeValue, flatten, staged, unflatten, valueOf } from '@cad/core/compiler'
import type { Adjoint } from './adjoints/adjoint.ts'
import { discreteAdjoint } from './adjoints/discrete.ts'
import { bindWithPromotion, type TypedTree } from './bind-field.ts'
import { piController, type StepController } from './control/step-controller.ts'
import type { Kind } from './field.ts'
import type { Recorded, SolveSettings, StepReport } from './integrate.ts'
import type { Method } from './methods/method.ts'
import { tsit5 } from './methods/tsit5.ts'
import { solveP, type SolveParams } from './primitives/solve.ts'
import type { Problem, RightHandSideOf } from './problem.ts'
import { lastOf, requireFinite, requireMethod, requireProblem, timesOf } from './requirements.ts'
import type { Solution, SolveStats } from './solution.ts'

/** One tolerance, or one for each part of a tree. */
export type Tolerance = TensorLike | readonly Tolerance[] | { readonly [part: string]: Tolerance }

/** Times: plain numbers, or traced ones, which then have derivatives. */
export type Times = Tensor | readonly TensorLike[]

export interface SolveOptions<P, K extends Kind = 'general'> {
  /** Parameters of f, a tree; its leaves are differentiated, and so is what f catches in its closure. */
  readonly args?: Loose<P>
  readonly method?: Method<NoInfer<K>>
  readonly rtol?: number
  /** Absolute tolerance in the unit of y: one number, or a tree like y0 of real tensors of the same shapes. */
  readonly atol?: Tolerance
  /** First step in the unit of t; found automatically if left out. For a method without error estimate, every step. */
  readonly firstStep?: number
  readonly maxStep?: number
  /** Accepted and rejected steps together. */
  readonly maxSteps?: number
  /** Times of the saved states, monotone from t0 to t1; default [t1]. */
  readonly saveAt?: Times
  /**
   * Times between t0 and t1 at which f is another function than before: a step ends there, and the next one begins anew. f is never
   * evaluated at these very times, so it does not matter on which side it takes them.
   */
  readonly switchTimes?: Times
  readonly controller?: StepController
  readonly adjoint?: Adjoint
  /**
   * Called after each accepted step; returning false ends the solve with the status 'stopped'. A jitted function knows it by
   * identity: one that is made anew in a loop is compiled anew each time, so make it outside.
   */
  readonly onProgress?: (at: StepReport) => boolean | void
  /**
   * Whether a failed integration throws; otherwise the solution holds its status and what was reached. Inside `jit` and `vmap`,
   * where shapes are fixed, the states that were not reached are NaN there, and `reached` says how many were.
   */
  readonly throws?: boolean
}

/**
 * Solves y' = f(t, y, p), y(t0) = y0 over real or complex states of any shape, or trees of them, forwards or backwards in real time.
 * f is traced once and compiled, so inside it tensors have no values; a jitted f is traced once for all solves. The solve is one
 * node in a graph: first and second derivatives with respect to y0, to `args`, to anything that f catches in its closure, and to
 * the times t0, t1, `switchTimes` and `saveAt`, come from its own rules, with the steps as constant fractions of their segment.
 *
 * @param f gives dy/dt, a tree like y; or a problem of another kind.
 * @param span [t0, t1], finite; t1 < t0 integrates backwards.
 * @param y0 initial state; where it is real and its slope complex, it is taken as complex.
 * @returns times, states [times, ...y0.shape], status and statistics.
 * @throws IntegrationError if the integration fails and `throws` is true; DerivativeError for a derivative of a state that was not reached, or of third order; ShapeError, DtypeError or ArgumentError for bad input.
 */
export function solveIvp<P = undefined, Y = TensorLike, K extends Kind = 'general'>(
  f: RightHandSideOf<P, Y> | Problem<K, P, Y>,
  span: readonly [TensorLike, TensorLike],
  y0: Y,
  options: SolveOptions<P, K> = {},
): Solution<Firm<Y>> {
  const { args, adjoint = discreteAdjoint(), throws = true } = options
  const method = (options.method ?? tsit5) as Method
  const problem = typeof f === 'function' ? { kind: 'general' as const, f } : f
  requireProblem(problem?.f ?? problem, span)
  requireMethod(method, problem.kind)
  const start = flatten(y0, 'solveIvp')
  start.leaves.forEach((leaf, i) => requireFinite(`y0${start.paths[i]}`, leaf))
  const given = args === undefined ? undefined : flatten(args, 'solveIvp')
  given?.leaves.forEach((leaf, i) => requireFinite(`args${given.paths[i]}`, leaf))
  const settings = settingsFrom(method, start.leaves, options)
  const side = { ...problem, parameters: given && typed(given) }
  const { field, captured, constants, leaves } = bindWithPromotion(side, start)
  const { times, saveAt } = timesFrom(span, options)
  const inputs = staged([...leaves, times, saveAt, ...(given?.leaves ?? []), ...captured, ...constants])
  const timesMove = times.isTraced || saveAt.isTraced
  const params = { field, method, adjoint, settings, throws, timesMove, isActive: inputs.some((x) => x.isTraced) }
  return solutionOf(bindAll(solveP, inputs, params as SolveParams), saveAt, start.structure)
}

const typed = ({ leaves, structure }: ReturnType<typeof flatten>): TypedTree => ({ types: leaves, structure })

function timesFrom(
  span: readonly [TensorLike, TensorLike],
  { switchTimes, saveAt }: Pick<SolveOptions<unknown>, 'switchTimes' | 'saveAt'>,
): { readonly times: Tensor; readonly saveAt: Tensor } {
  const ends = timesOf('the span', span)
  const between = switchTimes === undefined ? undefined : timesOf('switchTimes', switchTimes)
  const times =
    between === undefined || between.shape[0] === 0
      ? ends
      : concat([slice(ends, { end: 1 }), between, slice(ends, { start: 1 })])
  return { times, saveAt: saveAt === undefined ? lastOf(ends) : timesOf('saveAt', saveAt) }
}

/** The outputs of the node as a solution; a failed one that does not throw ends with what was reached. */
function solutionOf<Y>(
  outputs: readonly Tensor[],
  saveAt: Tensor,
  structure: ReturnType<typeof flatten>['structure'],
): Solution<Y> {
  const [reached, , record] = outputs.slice(-3)
  const rows = outputs.slice(0, -3)
  const tree = (leaves: readonly Tensor[]): Y => unflatten(structure, leaves) as Y
  if (valueOf(record) === undefined) return { ts: saveAt, ys: tree(rows), reached, status: null, stats: null }
  const [recorded] = contentsOf<Recorded>(record)
  const { status, savedPoints } = recorded
  const end = savedPoints.length
  const isComplete = end === saveAt.shape[0]
  return {
    ts: isComplete ? saveAt : slice(saveAt, { end }),
    ys: tree(isComplete ? rows : rows.map((row) => slice(row, { end }))),
    reached,
    status,
    stats: statsOf(recorded),
  }
}

function settingsFrom(
  method: Method,
  y0: readonly Tensor[],
  {
    rtol = 1e-6,
    atol = 1e-9,
    firstStep,
    maxStep = Infinity,
    maxSteps = 100_000,
    controller = piController(),
    onProgress,
  }: Omit<SolveOptions<unknown>, 'method'>,
): SolveSettings {
  requireController(controller)
  if (firstStep === Infinity) {
    throw new ArgumentError('solveIvp: firstStep must be finite, got Infinity. Leave it out to have it found.')
  }
  requirePositive('rtol', rtol)
  requirePositive('maxStep', maxStep)
  requirePositive('maxSteps', maxSteps)
  if (firstStep !== undefined) requirePositive('firstStep', firstStep)
  else if (method.errorOrder === undefined) {
    throw new ArgumentError(
      `solveIvp: ${method.name} has no error estimate, so its step must be given; got no firstStep. Pass firstStep, or use tsit5.`,
    )
  }
  return {
    tolerances: {
      rtol,
      atol: typeof atol === 'number' && atol >= 0 ? atol : toleranceFrom(flatten(atol, 'solveIvp').leaves, y0),
    },
    controller,
    firstStep: firstStep ?? 0,
    maxStep,
    maxSteps,
    ...(onProgress && { onProgress: byIdentity(onProgress) }),
  }
}

function requireController(controller: StepController): void {
  for (const name of ['safety', 'minFactor', 'maxFactor', 'beta'] as const) {
    const value: unknown = (controller as StepController | null)?.[name]
    if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) continue
    throw new ArgumentError(
      `solveIvp: the controller must have ${name}, a number from 0 on, got ${describeValue(value)}. Make it by piController({ … }).`,
    )
  }
}

function requirePositive(name: string, value: number): void {
  if (typeof value === 'number' && value > 0) return
  throw new ArgumentError(`solveIvp: ${name} must be a positive number, got ${describeValue(value)}.`)
}

/** One number, or one for each component of all leaves; a number for a leaf holds for all of its components. */
function toleranceFrom(atol: readonly Tensor[], y0: readonly Tensor[]): number | Float64Array {
  for (const part of atol) {
    if (part.dtype === 'float64' && part.data.every((value) => value >= 0)) continue
    throw new DtypeError(`solveIvp: atol must be real and ≥ 0, got ${String(part)}.`)
  }
  if (atol.length === 1 && atol[0].size === 1) return atol[0].data[0]
  const fits = atol.length === y0.length && atol.every(({ size }, i) => size === 1 || size === y0[i].size)
  if (fits) {
    return Float64Array.from(
      atol.flatMap(({ data }, i) => Array.from({ length: y0[i].size }, (_, j) => data[data.length === 1 ? 0 : j])),
    )
  }
  const components = y0.reduce((sum, { size }) => sum + size, 0)
  throw new ArgumentError(
    `solveIvp: atol must be one number or one for each of the ${components} components of y0, got ${atol.reduce((sum, { size }) => sum + size, 0)}${atol.length > 1 ? ` numbers in ${atol.length} parts` : ''}.`,
  )
}

function statsOf({ trajectory, rejected, evaluations, target }: Recorded): SolveStats {
  return {
    accepted: trajectory.steps,
    rejected,
    evaluations,
    storedBytes: trajectory.bytes,
    target: target.target,
    ...(target.reason === undefined ? {} : { targetReason: target.reason }),
  }
}
