import { DerivativeError, Tensor, type TensorType } from '@cad/core'
import { bindAll, contentOf, definePrimitive, lengthOf, Opaque, opaqueType, type Primitive } from '@cad/core/compiler'
import type { Adjoint } from './adjoints/discrete.ts'
import { IntegrationError } from './errors.ts'
import { offsets, type Field } from './field.ts'
import { integrate, type Recorded, type SolveSettings } from './integrate.ts'
import { tangentSweep } from './sweeps.ts'

/** What one solve is, apart from y0 and the parameters, which are the node's inputs in this order. */
export interface SolveParams {
  readonly field: Field
  readonly settings: SolveSettings
  readonly adjoint: Adjoint
  /** Values of the constants that were lifted out of the right-hand side, after the parameters. */
  readonly constants: readonly Tensor[]
  /** The integration, where it has been done already; without it (while tracing) the kernel does it. */
  readonly recorded?: Recorded
}

/** The saved states, and the recorded integration as an opaque handle. */
export const solvePrimitive: Primitive<SolveParams> = definePrimitive<SolveParams>('solveIvp', {
  type: ([y0], { settings, recorded }) => {
    const times = recorded === undefined ? settings.saveAt.length : recorded.savedPoints.length
    return [{ shape: [times, ...y0.shape], dtype: y0.dtype }, opaqueType]
  },
  kernel: ([y0, ...parameters], params) => {
    const recorded = params.recorded ?? integrateOrThrow(params, y0, parameters)
    return [recorded.saved, new Opaque(recorded)]
  },
  jvp: (args, tangents, [ys, record], params) => [tangentOf(params, [record, ...args, ...tangents], ys), undefined],
  vjp: (args, [, record], [ysBar], params) => adjointOf(params, record, args, ysBar),
})

function integrateOrThrow(
  { field, settings, constants }: SolveParams,
  y0: Tensor,
  parameters: readonly Tensor[],
): Recorded {
  const recorded = integrate(field, settings, y0.data, joinData([...parameters, ...constants]))
  if (recorded.status.kind !== 'success') throw new IntegrationError(recorded.status, recorded.trajectory.lastState)
  return recorded
}

/** The numbers of all tensors, one after the other. */
export function joinData(tensors: readonly Tensor[]): Float64Array {
  const all = new Float64Array(tensors.reduce((sum, x) => sum + lengthOf(x), 0))
  const starts = offsets(tensors)
  tensors.forEach((x, i) => all.set(x.data, starts[i]))
  return all
}

interface SweepParams extends SolveParams {
  readonly outputs: readonly TensorType[]
}

const secondOrder = (): never => {
  throw new DerivativeError(
    'solveIvp: second derivatives through a solve are not offered yet; got a derivative of its jvp or vjp with respect to y0 or a parameter. ' +
      'Use first derivatives (grad, jvp, vjp, Gauss–Newton methods), or mark the inner solve with stopGradient.',
  )
}

/** (record, y0, …p; ẏ0, …ṗ) ↦ tangents of the saved states; linear in the tangents. */
const tangentPrimitive: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpTangent', {
  type: (_, { outputs }) => outputs,
  kernel: ([record, ...rest], { constants }) => {
    const [y0Dot, ...pDots] = rest.slice(rest.length / 2)
    const zeros = constants.map((x) => new Tensor(x.shape, x.dtype, new Float64Array(lengthOf(x))))
    return tangentSweep(contentOf<Recorded>(record), y0Dot.data, joinData([...pDots, ...zeros]))
  },
  vanishes: ([, ...zero]) => zero.slice(zero.length / 2).every(Boolean),
  jvp: ([record, ...rest], [, ...tangents], [ys], params) => {
    const half = rest.length / 2
    if (tangents.slice(0, half).some((tangent) => !tangent.isStructuralZero)) secondOrder()
    return tangentOf(params, [record, ...rest.slice(0, half), ...tangents.slice(half)], ys)
  },
  vjp: ([record, ...rest], _, [ysBar], params) => {
    const primals = rest.slice(0, rest.length / 2)
    return [undefined, ...primals.map(() => secondOrder), ...adjointOf(params, record, primals, ysBar)]
  },
})

const tangentOf = (
  { field, settings, adjoint, constants }: SolveParams,
  inputs: readonly Tensor[],
  { shape, dtype }: TensorType,
): Tensor =>
  bindAll(tangentPrimitive, inputs, {
    field,
    settings,
    adjoint,
    constants,
    outputs: [{ shape, dtype }],
  })[0]

/** (record, y0, …p; ȳs) ↦ cotangents of y0 and the parameters; linear in ȳs. */
const adjointPrimitive: Primitive<SweepParams> = definePrimitive<SweepParams>('solveIvpAdjoint', {
  type: (_, { outputs }) => outputs,
  kernel: ([record, ...rest], { adjoint }, [, ...parameterTypes]) => {
    const ysBar = rest[rest.length - 1]
    const bars = adjoint.sweep(contentOf<Recorded>(record), ysBar.data)
    const starts = offsets(parameterTypes)
    return [bars.y0, ...parameterTypes.map((type, i) => bars.p.slice(starts[i], starts[i] + lengthOf(type)))]
  },
  vanishes: (zero) => zero[zero.length - 1],
  jvp: ([record, ...rest], [, ...tangents], _, params) => {
    const last = rest.length - 1
    if (tangents.slice(0, last).some((tangent) => !tangent.isStructuralZero)) secondOrder()
    return adjointOf(params, record, rest.slice(0, last), tangents[last])
  },
  vjp: ([record, ...rest], _, bars, params) => {
    const primals = rest.slice(0, -1)
    const ysBar = rest[rest.length - 1]
    return [undefined, ...primals.map(() => secondOrder), () => tangentOf(params, [record, ...primals, ...bars], ysBar)]
  },
})

const adjointOf = (
  { field, settings, adjoint, constants }: SolveParams,
  record: Tensor,
  args: readonly Tensor[],
  ysBar: Tensor,
): readonly Tensor[] =>
  bindAll(adjointPrimitive, [record, ...args, ysBar], {
    field,
    settings,
    adjoint,
    constants,
    outputs: args.map(({ shape, dtype }) => ({ shape, dtype })),
  })
