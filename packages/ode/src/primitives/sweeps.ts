/**
 * The derivatives of a solve as nodes: T(x) v and A(x) w̄ = T(x)⋆ w̄, with x all inputs of the solve, and their derivatives along u,
 * Ṫ(x, u) v and Ȧ(x, u) w̄. Second derivatives are symmetric, ⟨w̄, Ṫ(u) v⟩ = ⟨Ȧ(u) w̄, v⟩ = ⟨Ȧ(v) w̄, u⟩, so that the four give each
 * other's rules:
 *
 *   d(T v) = T v̇ + Ṫ(ẋ) v        (T v)⋆c = (A c for v,  Ȧ(v) c for x)
 *   d(A w̄) = A ẇ + Ȧ(ẋ) w̄        (A w̄)⋆c = (T c for w̄,  Ȧ(c) w̄ for x)
 */
import { DerivativeError, type Tensor, type TensorType } from '@cad/core'
import { bindAll, contentsOf, definePrimitive, type LazyCotangent, type Primitive } from '@cad/core/compiler'
import type { Recorded } from '../integrate.ts'
import { columns, rowsOf } from '../state-layout.ts'
import { solveTangent, solveTangentOfAdjoint, solveTangentOfTangent, type SolveDots } from '../sweeps/solve.ts'
import { activeCount, completed, dotsOf, inputsOf, isZero, listOf, type SweepParams } from './inputs.ts'

/** The record, then all inputs of the solve. */
type At = readonly Tensor[]

const typeOf = ({ shape, dtype }: TensorType): TensorType => ({ shape, dtype })

/** Of what a solve saves: one row for each time. */
export function savedTypes({ field }: SweepParams, args: readonly TensorType[]): TensorType[] {
  const rows = args[field.state.leaves.length + 1].shape[0]
  return field.state.leaves.map(({ type }) => ({ shape: [rows, ...type.shape], dtype: type.dtype }))
}

const activeTypes = ({ field }: SweepParams, args: readonly TensorType[]): TensorType[] =>
  args.slice(0, activeCount(field)).map(typeOf)

/** How many inputs a solve has, and how many of them have a derivative. */
const countsOf = ({ field }: SweepParams): { readonly all: number; readonly active: number } => {
  const active = activeCount(field)
  return { all: active + field.constants.length, active }
}

/** The record and all inputs; what stands behind them. */
function parted(params: SweepParams, all: readonly Tensor[]): { readonly at: At; readonly rest: readonly Tensor[] } {
  const count = 1 + countsOf(params).all
  return { at: all.slice(0, count), rest: all.slice(count) }
}

const recordOf = ([record]: At): Recorded => contentsOf<Recorded>(record)[0]

/** Saved states of a record, as one list of rows for each leaf; NaN for those that were not reached. */
export const savedColumns = ({ field }: SweepParams, rows: Float64Array, count: number): Float64Array[] =>
  columns(field.state, rows, count)

/** Which of the inputs a primitive is linear in: the last ones. */
const last = (inputs: number, count: number): boolean[] => Array.from({ length: inputs }, (_, i) => i >= inputs - count)

/** A rule's cotangents of (record, inputs), of which some may not be differentiated any further. */
const forInputs = (params: SweepParams, bars: (i: number) => LazyCotangent): LazyCotangent[] => {
  const { all, active } = countsOf(params)
  return [undefined, ...Array.from({ length: all }, (_, i) => (i < active ? bars(i) : undefined))]
}

/** Each of the results of one node, which is made when the first is asked for. */
function shared(make: () => readonly Tensor[]): (i: number) => () => Tensor {
  let made: readonly Tensor[] | undefined
  return (i) => () => (made ??= make())[i]
}

const thirdOrder = (): never => {
  throw new DerivativeError(
    'solveIvp: third derivatives through a solve are not offered; got a derivative of its second derivative with respect to y0, a parameter or a time. ' +
      'Use second derivatives (hessian, hvp) at most, or mark the inner solve with stopGradient.',
  )
}

function requireSecondOrder({ adjoint }: SweepParams): void {
  if (adjoint.secondOrder) return
  throw new DerivativeError(
    `solveIvp: the adjoint ${adjoint.name} has no second derivatives: it is not the derivative of the numbers that were computed. Use discreteAdjoint().`,
  )
}

const tangentP: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpTangent', {
  type: ([, ...args], params) => savedTypes(params, args),
  kernel: (all, params) => {
    const { at, rest } = parted(params, all)
    const record = recordOf(at)
    return savedColumns(params, solveTangent(record, moving(record, dotsOf(params, rest))), rowsIn(params, at))
  },
  linearIn: (inputs, params) => last(inputs, countsOf(params).active),
  adjoint: (bars, { args, params }) => {
    const pulled = shared(() => adjointOf(params, parted(params, args).at, bars))
    return Array.from({ length: countsOf(params).active }, (_, i) => pulled(i))
  },
  jvp: ([, ...tangents], { args, params }) => {
    const { at, rest } = parted(params, args)
    const u = tangents.slice(0, countsOf(params).active)
    return u.every(isZero)
      ? at.slice(1, 1 + leavesOf(params)).map(() => undefined)
      : tangentOfTangent(params, at, u, rest)
  },
  vjp: (bars, _, { args, params }) => {
    const { at, rest } = parted(params, args)
    return forInputs(
      params,
      shared(() => tangentOfAdjoint(params, at, rest, bars)),
    )
  },
})

const adjointP: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpAdjoint', {
  type: ([, ...args], params) => activeTypes(params, args),
  kernel: (all, params) => {
    const { at, rest } = parted(params, all)
    const record = recordOf(at)
    const saved = barsIn(params, record, at, rest)
    if (params.timesMove) requireLength(record)
    return listOf(params, params.adjoint.sweep(record, saved, params.timesMove), at.slice(1))
  },
  linearIn: (inputs, params) => last(inputs, leavesOf(params)),
  adjoint: (dots, { args, params }) => {
    const pushed = shared(() => tangentOf(params, parted(params, args).at, dots))
    return Array.from({ length: leavesOf(params) }, (_, i) => pushed(i))
  },
  jvp: ([, ...tangents], { args, params }) => {
    const { at, rest } = parted(params, args)
    const u = tangents.slice(0, countsOf(params).active)
    return u.every(isZero) ? u.map(() => undefined) : tangentOfAdjoint(params, at, u, rest)
  },
  vjp: (dots, _, { args, params }) => {
    const { at, rest } = parted(params, args)
    return forInputs(
      params,
      shared(() => tangentOfAdjoint(params, at, dots, rest)),
    )
  },
})

/** (record, x, u, v) ↦ Ṫ(x, u) v */
const tangentOfTangentP: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpTangentOfTangent', {
  type: ([, ...args], params) => savedTypes(params, args),
  kernel: (all, params) => {
    const { at, rest } = parted(params, all)
    const { active } = countsOf(params)
    const [u, v] = [rest.slice(0, active), rest.slice(active)].map((dots) => dotsOf(params, dots))
    const record = recordOf(at)
    if (params.timesMove) requireLength(record)
    return savedColumns(params, solveTangentOfTangent(record, u, v), rowsIn(params, at))
  },
  linearIn: (inputs, params) => last(inputs, countsOf(params).active),
  adjoint: (bars, { args, params }) => {
    const { at, rest } = parted(params, args)
    const { active } = countsOf(params)
    const pulled = shared(() => tangentOfAdjoint(params, at, rest.slice(0, active), bars))
    return Array.from({ length: active }, (_, i) => pulled(i))
  },
  jvp: ([, ...tangents], { args, params }) => {
    const { at, rest } = parted(params, args)
    const { all, active } = countsOf(params)
    if (!tangents.slice(0, all).every(isZero)) thirdOrder()
    return tangentOfTangent(params, at, tangents.slice(all), rest.slice(active))
  },
  vjp: (bars, _, { args, params }) => {
    const { at, rest } = parted(params, args)
    const { active } = countsOf(params)
    const pulled = shared(() => tangentOfAdjoint(params, at, rest.slice(active), bars))
    return [...forInputs(params, () => thirdOrder), ...Array.from({ length: active }, (_x, i) => pulled(i))]
  },
})

/** (record, x, w̄, u) ↦ Ȧ(x, u) w̄ */
const tangentOfAdjointP: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpTangentOfAdjoint', {
  type: ([, ...args], params) => activeTypes(params, args),
  kernel: (all, params) => {
    const { at, rest } = parted(params, all)
    const n = leavesOf(params)
    const record = recordOf(at)
    if (params.timesMove) requireLength(record)
    const saved = barsIn(params, record, at, rest.slice(0, n))
    return listOf(params, solveTangentOfAdjoint(record, dotsOf(params, rest.slice(n)), saved), at.slice(1))
  },
  linearIn: (inputs, params) => last(inputs, countsOf(params).active),
  adjoint: (dots, { args, params }) => {
    const { at, rest } = parted(params, args)
    const pulled = shared(() => tangentOfAdjoint(params, at, dots, rest.slice(0, leavesOf(params))))
    return Array.from({ length: countsOf(params).active }, (_, i) => pulled(i))
  },
  jvp: ([, ...tangents], { args, params }) => {
    const { at, rest } = parted(params, args)
    const { all } = countsOf(params)
    if (!tangents.slice(0, all).every(isZero)) thirdOrder()
    return tangentOfAdjoint(params, at, rest.slice(leavesOf(params)), tangents.slice(all))
  },
  vjp: (dots, _, { args, params }) => {
    const { at, rest } = parted(params, args)
    const n = leavesOf(params)
    const pushed = shared(() => tangentOfTangent(params, at, rest.slice(n), dots))
    return [...forInputs(params, () => thirdOrder), ...Array.from({ length: n }, (_x, i) => pushed(i))]
  },
})

const leavesOf = ({ field }: SweepParams): number => field.state.leaves.length

const rowsIn = ({ field }: SweepParams, [, ...args]: At): number => inputsOf(field, args).saveAt.shape[0]

/** The cotangents of the saved states that were reached, as rows. */
function barsIn(params: SweepParams, record: Recorded, at: At, bars: readonly Tensor[]): Float64Array {
  const rows = rowsOf(params.field.state, bars, rowsIn(params, at))
  requireReached(record, rows)
  return rows
}

/** T(x) v; `at` is the record of the solve and its inputs, v has one for each input with a derivative. */
export const tangentOf = (params: SweepParams, at: At, v: readonly (Tensor | undefined)[]): readonly Tensor[] =>
  bindAll(tangentP, [...at, ...completed(v, activeTypes(params, at.slice(1)))], params)

/** T(x)⋆ w̄, one for each input with a derivative. */
export const adjointOf = (params: SweepParams, at: At, bars: readonly (Tensor | undefined)[]): readonly Tensor[] =>
  bindAll(adjointP, [...at, ...completed(bars, savedTypes(params, at.slice(1)))], params)

function tangentOfTangent(params: SweepParams, at: At, u: readonly Tensor[], v: readonly Tensor[]): readonly Tensor[] {
  requireSecondOrder(params)
  const types = activeTypes(params, at.slice(1))
  return bindAll(tangentOfTangentP, [...at, ...completed(u, types), ...completed(v, types)], params)
}

function tangentOfAdjoint(
  params: SweepParams,
  at: At,
  u: readonly Tensor[],
  bars: readonly Tensor[],
): readonly Tensor[] {
  requireSecondOrder(params)
  const args = at.slice(1)
  const own = [...completed(bars, savedTypes(params, args)), ...completed(u, activeTypes(params, args))]
  return bindAll(tangentOfAdjointP, [...at, ...own], params)
}

/** A direction without its times where these stand still. */
function moving(record: Recorded, dots: SolveDots): SolveDots {
  const moves =
    dots.times !== undefined && [dots.times.times, dots.times.saveAt].some((list) => list.some((x) => x !== 0))
  if (!moves) return { ...dots, times: undefined }
  requireLength(record)
  return dots
}

/** The derivative with respect to a time is one by the fractions of the span. */
function requireLength({ problem: { times } }: Recorded): void {
  if (times[0] !== times[times.length - 1]) return
  throw new DerivativeError(
    `solveIvp: a span of length 0 has no derivative with respect to its times; got t0 = t1 = ${times[0]}. Pass the times as plain numbers, or a span that has a length.`,
  )
}

/** What was not reached has no derivative. */
function requireReached({ saved, savedPoints, status }: Recorded, bars: Float64Array): void {
  for (let i = saved.length; i < bars.length; i++) {
    if (bars[i] === 0) continue
    throw new DerivativeError(
      `solveIvp: a saved state that was not reached has no derivative; the integration ended (${status.kind}) after ${savedPoints.length} saved states, ` +
        'and a loss depends on one behind them. Leave those rows out, before anything is computed of them: where(mask, ys, 0), with a mask from `reached`.',
    )
  }
}
