import { DerivativeError, type Tensor, type TensorType } from '@cad/core'
import { definePrimitive, Opaque, opaqueType, type LazyCotangent, type Primitive } from '@cad/core/compiler'
import { IntegrationError } from '../errors.ts'
import { integrate, type SolveSettings } from '../integrate.ts'
import type { Method } from '../methods/method.ts'
import { requireTimes } from '../requirements.ts'
import { joined } from '../state-layout.ts'
import { statusCode } from '../status.ts'
import { activeCount, inputsOf, isZero, type SweepParams } from './inputs.ts'
import { adjointOf, savedColumns, savedTypes, tangentOf } from './sweeps.ts'

/** What one solve is, apart from its inputs. */
export type SolveParams = SweepParams & {
  readonly method: Method
  readonly settings: SolveSettings
  /** Whether a derivative may be asked for; else the steps are not kept. */
  readonly isActive: boolean
  /** Whether a failed integration is an error; else what was not reached is NaN. */
  readonly throws: boolean
}

const scalar: TensorType = { shape: [], dtype: 'float64' }

/**
 * A solve as one node, of the inputs in `inputs.ts`: the saved states, one list of rows for each leaf; how many of them were reached; the
 * status as a number; and the recorded integration as an opaque handle.
 */
export const solveP: Primitive<SolveParams> = definePrimitive<SolveParams>('solveIvp', {
  type: (args, params) => [...savedTypes(params, args), scalar, scalar, opaqueType()],
  kernel: (args, params) => {
    const { field, method, adjoint, settings, isActive, throws } = params
    const { y0, times, saveAt, values } = inputsOf(field, args)
    const problem = {
      f: field.begin(values),
      method,
      stepper: method.prepare(field),
      y0: joined(y0),
      ...requireTimes(times.data, saveAt.data),
      keeps: isActive ? adjoint.keeps : 'nothing',
    } as const
    const recorded = integrate(problem, settings)
    const { status, savedPoints, saved, trajectory } = recorded
    if (status.kind !== 'success' && throws) {
      throw new IntegrationError(status, trajectory.lastState(field.state.doubles))
    }
    return [
      ...savedColumns(params, saved, saveAt.shape[0]),
      Float64Array.of(savedPoints.length),
      Float64Array.of(statusCode(status)),
      new Opaque([recorded]),
    ]
  },
  jvp: (args, tangents, value, params) => {
    const v = tangents.slice(0, activeCount(params.field))
    const outputs = params.field.state.leaves.length
    if (!params.adjoint.times && !v.slice(outputs, outputs + 2).every(isZero)) noTimes(params.adjoint.name)
    const pushed = v.every(isZero) ? undefined : tangentOf(sweepParams(params), [value[outputs + 2], ...args], v)
    return value.map((_, i) => pushed?.[i])
  },
  vjp: (args, value, bars, params) => {
    const { field, adjoint } = params
    const outputs = field.state.leaves.length
    const active = activeCount(field)
    let pulled: readonly Tensor[] | undefined
    const pull = (): readonly Tensor[] =>
      (pulled ??= adjointOf(sweepParams(params), [value[outputs + 2], ...args], bars.slice(0, outputs)))
    return args.map((_, i): LazyCotangent => {
      if (i >= active) return undefined
      const isTime = i === outputs || i === outputs + 1
      return () => (isTime && !adjoint.times ? noTimes(adjoint.name) : pull()[i])
    })
  },
})

/** What sweeps need of the params; times are left out where the adjoint knows none. */
const sweepParams = ({ field, adjoint, timesMove }: SolveParams): SweepParams => ({
  field,
  adjoint,
  timesMove: timesMove && adjoint.times,
})

function noTimes(adjoint: string): never {
  throw new DerivativeError(
    `solveIvp: the adjoint ${adjoint} gives no derivatives with respect to times. Use discreteAdjoint(), or pass t0, t1, switchTimes and saveAt as plain numbers.`,
  )
}
