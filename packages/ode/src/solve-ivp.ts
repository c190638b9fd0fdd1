import type { Tensor } from '@cad/core'
import { ArgumentError, DtypeError, slice, tensor, toTensor, type Loose, type TensorLike } from '@cad/core'
import { bindAll, byIdentity, contentsOf, describeValue, flatten, staged, unflatten, valueOf } from '@cad/core/compiler'
import { discreteAdjoint, type Adjoint } from './adjoints/discrete.ts'
import { piController, type StepController } from './control/step-controller.ts'
import { bindField } from './field.ts'
import type { Recorded, SolveSettings, StepReport } from './integrate.ts'
import { ExplicitMethod, type Method } from './methods/explicit-method.ts'
import { tsit5 } from './methods/tsit5.ts'
import { solvePrimitive } from './solve-primitives.ts'
import type { Solution, SolveStats } from './solution.ts'
import { requireFinite, requireProblem, requireTimes } from './requirements.ts'

export interface SolveOptions<P> {
  /** Parameters of f, a tree; its leaves are differentiated, and so is what f catches in its closure. */
  readonly args?: Loose<P>
  readonly method?: Method
  readonly rtol?: number
  /** Absolute tolerance in the unit of y; one number, or a real tensor of the shape of y0. */
  readonly atol?: TensorLike
  /** First step in the unit of t; found automatically if left out. For a method without error estimate, every step. */
  readonly firstStep?: number
  readonly maxStep?: number
  /** Accepted and rejected steps together. */
  readonly maxSteps?: number
  /** Times of the saved states, monotone from t0 to t1; default [t1]. */
  readonly saveAt?: Tensor | readonly number[]
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
 * Solves y' = f(t, y, p), y(t0) = y0 over real or complex states of any shape, forwards or backwards in real time. f is traced
 * once and compiled, so inside it tensors have no values. The solve is one node in a graph: derivatives with respect to y0, to
 * `args` and to anything that f catches in its closure come from its own rules, with the steps as constants.
 *
 * @param f gives dy/dt, of the shape of y.
 * @param span [t0, t1], finite; t1 < t0 integrates backwards.
 * @param y0 initial state.
 * @returns times, states [times, ...y0.shape], status and statistics.
 * @throws IntegrationError if the integration fails and `throws` is true; DerivativeError for a derivative of a state that was not reached; ShapeError, DtypeError or ArgumentError for bad input.
 */
export function solveIvp<P = undefined>(
  f: (t: Tensor, y: Tensor, p: P) => TensorLike,
  span: readonly [number, number],
  y0: TensorLike,
  options: SolveOptions<P> = {},
): Solution {
  const { args, adjoint = discreteAdjoint(), throws = true } = options
  requireProblem(f, span)
  const start = requireFinite('y0', toTensor(y0, 'solveIvp'))
  const { leaves, structure, paths } = args === undefined ? flatten([], 'solveIvp') : flatten(args, 'solveIvp')
  leaves.forEach((leaf, i) => requireFinite(`args${paths[i]}`, leaf))
  const settings = settingsFrom(span, start, options)
  const { field, captured, constants } = bindField(
    (t, y, parameters) =>
      toTensor(f(t, y, (args === undefined ? undefined : unflatten(structure, parameters)) as P), 'solveIvp'),
    start,
    leaves,
  )
  const params = { field, settings, adjoint, throws }
  const [ys, reached, , record] = bindAll(solvePrimitive, staged([start, ...leaves, ...captured, ...constants]), params)
  const ts = tensor(settings.saveAt)
  if (valueOf(record) === undefined) return { ts, ys, reached, status: null, stats: null }
  const [recorded] = contentsOf<Recorded>(record)
  const rows = recorded.savedPoints.length
  const status = recorded.status
  if (rows === ts.shape[0]) return { ts, ys, reached, status, stats: statsOf(recorded) }
  return { ts: slice(ts, { end: rows }), ys: slice(ys, { end: rows }), reached, status, stats: statsOf(recorded) }
}

function settingsFrom(
  [t0, t1]: readonly [number, number],
  y0: Tensor,
  {
    method = tsit5,
    rtol = 1e-6,
    atol = 1e-9,
    firstStep,
    maxStep = Infinity,
    maxSteps = 100_000,
    saveAt,
    ...rest
  }: Omit<SolveOptions<unknown>, 'args'>,
): SolveSettings {
  if (!(method instanceof ExplicitMethod)) {
    throw new ArgumentError(
      `solveIvp: the method must be one such as tsit5, got ${describeValue(method)}. ` +
        'Import it from @cad/ode, or make one of a tableau by explicitMethod.',
    )
  }
  const times = requireTimes([t0, t1], saveAt)
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
    method,
    t0,
    t1,
    saveAt: times,
    tolerances: { rtol, atol: toleranceFrom(toTensor(atol, 'solveIvp'), y0) },
    controller: rest.controller ?? piController(),
    firstStep: firstStep ?? 0,
    maxStep,
    maxSteps,
    ...(rest.onProgress && { onProgress: byIdentity(rest.onProgress) }),
  }
}

function requirePositive(name: string, value: number): void {
  if (typeof value === 'number' && value > 0) return
  throw new ArgumentError(`solveIvp: ${name} must be a positive number, got ${describeValue(value)}.`)
}

function toleranceFrom(atol: Tensor, y0: Tensor): number | Float64Array {
  if (atol.dtype !== 'float64' || !atol.data.every((value) => value >= 0)) {
    throw new DtypeError(
      `solveIvp: atol must be real and ≥ 0, got ${String(atol)} ${atol.data.slice(0, 3).join(', ')}.`,
    )
  }
  if (atol.size === 1) return atol.data[0]
  if (atol.size === y0.size) return atol.data
  throw new ArgumentError(
    `solveIvp: atol must be one number or one for each of the ${y0.size} components of y0, got ${atol.size}.`,
  )
}

function statsOf({ trajectory, rejected, evaluations, field }: Recorded): SolveStats {
  const { target, reason } = field.value
  return {
    accepted: trajectory.steps,
    rejected,
    evaluations,
    storedBytes: trajectory.bytes,
    target,
    ...(reason === undefined ? {} : { targetReason: reason }),
  }
}
