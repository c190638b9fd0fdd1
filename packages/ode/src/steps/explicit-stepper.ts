import { canRunWasm } from '@cad/core/compiler'
import { ResidentSteps } from '../compile/resident-steps.ts'
import type { Field } from '../field.ts'
import type { Stepper } from '../methods/stepper.ts'
import type { Scheme } from '../methods/tableau.ts'
import { HostMemory } from '../trajectory.ts'
import { TrajectorySeat } from '../trajectory-seat.ts'
import { ExplicitWalk } from './explicit.ts'
import { explicitTangentOfAdjoint, explicitTangentOfTangent } from './explicit-second-order.ts'
import { explicitAdjoint, explicitInterpolation, explicitTangent } from './explicit-sweeps.ts'
import { onHost, ResidentAdjoint, ResidentWalk } from './resident.ts'
import { stageTable, type StageTable } from './stages.ts'

/** An explicit method on one field: compiled where that can be. */
export function explicitStepper(scheme: Scheme, field: Field): Stepper {
  const table = stageTable(scheme)
  if (!canRunWasm()) return referenceStepper(table, field)
  return residentStepper(new ResidentSteps(table, field), new TrajectorySeat())
}

/** The readable form: for hosts without WebAssembly, and the reference of the compiled one. */
export const referenceStepper = (table: StageTable, field: Field): Stepper => ({
  stride: (table.main - 1) * field.state.width,
  begin: (f, tolerances) => new ExplicitWalk(table, f, tolerances),
  memory: () => new HostMemory(),
  interpolate: (f) => explicitInterpolation(table, f),
  tangent: (f, dots) => explicitTangent(table, f, dots),
  adjoint: (f, bars) => ({ step: explicitAdjoint(table, f, bars), end: () => undefined }),
  tangentOfTangent: (f, dots) => explicitTangentOfTangent(table, f, dots),
  tangentOfAdjoint: (f, bars) => explicitTangentOfAdjoint(table, f, bars),
})

/** The compiled form. Forward sweeps and second derivatives are those of the reference. */
export function residentStepper(steps: ResidentSteps, seat: TrajectorySeat): Stepper {
  const { table, field } = steps
  const reference = referenceStepper(table, field)
  const doubles = table.main * field.state.width
  return {
    stride: reference.stride,
    begin: (f, tolerances) =>
      steps.isBuilt('forwards') ? new ResidentWalk(steps, f, tolerances) : reference.begin(f, tolerances),
    memory: () => seat.take(),
    adjoint: (f, bars) => {
      if (steps.isBuilt('backwards')) return new ResidentAdjoint(steps, f, bars)
      const sweep = reference.adjoint(f, bars)
      return { step: onHost(doubles, (...step) => sweep.step(...step)), end: () => undefined }
    },
    interpolate: (f) => onHost(doubles, reference.interpolate(f)),
    tangent: (f, dots) => onHost(doubles, reference.tangent(f, dots)),
    tangentOfTangent: (f, dots) => onHost(doubles, reference.tangentOfTangent(f, dots)),
    tangentOfAdjoint: (f, bars) => onHost(doubles, reference.tangentOfAdjoint(f, bars)),
  }
}
