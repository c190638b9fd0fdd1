import { DerivativeError, Tensor, type TensorType } from '@cad/core'
import {
  bindAll,
  contentsOf,
  definePrimitive,
  lengthOf,
  Opaque,
  opaqueType,
  type LazyCotangent,
  type Primitive,
} from '@cad/core/compiler'
import type { Adjoint } from './adjoints/discrete.ts'
import { IntegrationError } from './errors.ts'
import { offsets, type Field } from './field.ts'
import { integrate, type Recorded, type SolveSettings } from './integrate.ts'
import { statusCode } from './status.ts'
import { tangentSweep } from './sweeps.ts'

/** What one solve is, apart from its inputs: y0, the parameters, and constants that were lifted out of the right-hand side. */
export type SolveParams = {
  readonly field: Field
  readonly settings: SolveSettings
  readonly adjoint: Adjoint
  /** Whether a failed integration is an error; else what was not reached is NaN. */
  readonly throws: boolean
}

const scalar: TensorType = { shape: [], dtype: 'float64' }

/** The saved states; how many of them were reached; the status as a number; and the recorded integration as an opaque handle. */
export const solvePrimitive: Primitive<SolveParams> = definePrimitive<SolveParams>('solveIvp', {
  type: ([y0], { settings }) => [
    { shape: [settings.saveAt.length, ...y0.shape], dtype: y0.dtype },
    scalar,
    scalar,
    opaqueType(),
  ],
  kernel: ([y0, ...values], { field, settings, throws }, [ysType]) => {
    const recorded = integrate(field.begin(values), settings, y0.data, joinData(values))
    const { status, savedPoints, saved } = recorded
    if (status.kind !== 'success' && throws) throw new IntegrationError(status, recorded.trajectory.lastState)
    const ys = new Float64Array(lengthOf(ysType)).fill(NaN, saved.length)
    ys.set(saved)
    return [ys, Float64Array.of(savedPoints.length), Float64Array.of(statusCode(status)), new Opaque([recorded])]
  },
  jvp: (args, tangents, [ys, , , record], params) => [
    tangentOf(params, [record, ...args], tangents, ys),
    undefined,
    undefined,
    undefined,
  ],
  vjp: (args, [, , , record], [ysBar], params) =>
    withConstants(adjointOf(params, [record, ...args], ysBar), params, args.length),
})

/** The numbers of all tensors, one after the other. */
export function joinData(tensors: readonly Tensor[]): Float64Array {
  const all = new Float64Array(tensors.reduce((sum, x) => sum + lengthOf(x), 0))
  const starts = offsets(tensors)
  tensors.forEach((x, i) => all.set(x.data, starts[i]))
  return all
}

/** Cotangents of y0 and the parameters, and none for the constants behind them. */
const withConstants = (bars: readonly Tensor[], { field }: SolveParams, inputs: number): readonly LazyCotangent[] =>
  Array.from({ length: inputs }, (_, i) => (i <= field.parameterCount ? bars[i] : undefined))

type SweepParams = SolveParams & { readonly outputs: readonly TensorType[] }

const secondOrder = (): never => {
  throw new DerivativeError(
    'solveIvp: second derivatives through a solve are not offered yet; got a derivative of its jvp or vjp with respect to y0 or a parameter. ' +
      'Use first derivatives (grad, jvp, vjp, Gauss–Newton methods), or mark the inner solve with stopGradient.',
  )
}

/** (record, y0, …p, …constants; ẏ0, …ṗ) ↦ tangents of the saved states; linear in the tangents. */
const tangentPrimitive: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpTangent', {
  type: (_, { outputs }) => outputs,
  kernel: ([record, ...rest], _, [type]) => {
    const [y0Dot, ...pDots] = rest.slice(rest.length / 2)
    const [recorded] = contentsOf<Recorded>(record)
    const dots = new Float64Array(lengthOf(type)).fill(NaN)
    dots.set(tangentSweep(recorded, y0Dot.data, joinData(pDots)))
    return dots
  },
  vanishes: ([, ...zero]) => zero.slice(zero.length / 2).every(Boolean),
  jvp: ([record, ...rest], [, ...tangents], [ys], params) => {
    const half = rest.length / 2
    if (tangents.slice(0, half).some((tangent) => !tangent.isStructuralZero)) secondOrder()
    return tangentOf(params, [record, ...rest.slice(0, half)], tangents.slice(half), ys)
  },
  vjp: ([record, ...rest], _, [ysBar], params) => {
    const primals = rest.slice(0, rest.length / 2)
    const bars = adjointOf(params, [record, ...primals], ysBar)
    return [undefined, ...primals.map(() => secondOrder), ...withConstants(bars, params, primals.length)]
  },
})

const tangentOf = (
  { field, settings, adjoint, throws }: SolveParams,
  recordAndArgs: readonly Tensor[],
  tangents: readonly Tensor[],
  { shape, dtype }: TensorType,
): Tensor =>
  bindAll(tangentPrimitive, [...recordAndArgs, ...tangents], {
    field,
    settings,
    adjoint,
    throws,
    outputs: [{ shape, dtype }],
  })[0]

/** (record, y0, …p, …constants; ȳs) ↦ cotangents of y0 and the parameters; linear in ȳs. */
const adjointPrimitive: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpAdjoint', {
  type: (_, { outputs }) => outputs,
  kernel: ([record, ...rest], { adjoint }, [, ...parameterTypes]) => {
    const [recorded] = contentsOf<Recorded>(record)
    const ysBar = rest[rest.length - 1].data
    requireReached(recorded, ysBar)
    const bars = adjoint.sweep(recorded, ysBar)
    const starts = offsets(parameterTypes)
    return [bars.y0, ...parameterTypes.map((type, i) => bars.p.slice(starts[i], starts[i] + lengthOf(type)))]
  },
  vanishes: (zero) => zero[zero.length - 1],
  jvp: ([record, ...rest], [, ...tangents], _, params) => {
    const last = rest.length - 1
    if (tangents.slice(0, last).some((tangent) => !tangent.isStructuralZero)) secondOrder()
    return adjointOf(params, [record, ...rest.slice(0, last)], tangents[last])
  },
  vjp: ([record, ...rest], _, bars, params) => {
    const primals = rest.slice(0, -1)
    const ysBar = rest[rest.length - 1]
    const dots = primals.map((_x, i) => bars[i] ?? zerosLike(primals[i]))
    return [undefined, ...primals.map(() => secondOrder), () => tangentOf(params, [record, ...primals], dots, ysBar)]
  },
})

const zerosLike = ({ shape, dtype }: TensorType): Tensor =>
  new Tensor(shape, dtype, new Float64Array(lengthOf({ shape, dtype })))

/** What was not reached has no derivative. */
function requireReached({ saved, savedPoints, status }: Recorded, ysBar: Float64Array): void {
  for (let i = saved.length; i < ysBar.length; i++) {
    if (ysBar[i] === 0) continue
    throw new DerivativeError(
      `solveIvp: a saved state that was not reached has no derivative; the integration ended (${status.kind}) after ${savedPoints.length} saved states, ` +
        'and a loss depends on one behind them. Leave those rows out, before anything is computed of them: where(mask, ys, 0), with a mask from `reached`.',
    )
  }
}

const adjointOf = (
  { field, settings, adjoint, throws }: SolveParams,
  recordAndArgs: readonly Tensor[],
  ysBar: Tensor,
): readonly Tensor[] =>
  bindAll(adjointPrimitive, [...recordAndArgs, ysBar], {
    field,
    settings,
    adjoint,
    throws,
    outputs: recordAndArgs.slice(1, 2 + field.parameterCount).map(({ shape, dtype }) => ({ shape, dtype })),
  })
