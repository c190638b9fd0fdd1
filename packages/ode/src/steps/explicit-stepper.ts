import type { Field } from '../field.ts'
import type { Stepper } from '../methods/stepper.ts'
import type { Scheme } from '../methods/tableau.ts'
import { ExplicitWalk } from './explicit.ts'
import { explicitTangentOfAdjoint, explicitTangentOfTangent } from './explicit-second-order.ts'
import { explicitAdjoint, explicitInterpolation, explicitTangent } from './explicit-sweeps.ts'
import { stageTable } from './stages.ts'

/** An explicit method on one field. */
export function explicitStepper(scheme: Scheme, field: Field): Stepper {
  const table = stageTable(scheme)
  return {
    stride: (table.main - 1) * field.state.width,
    begin: (f, tolerances) => new ExplicitWalk(table, f, tolerances),
    interpolate: (f) => explicitInterpolation(table, f),
    tangent: (f, dots) => explicitTangent(table, f, dots),
    adjoint: (f, bars) => explicitAdjoint(table, f, bars),
    tangentOfTangent: (f, dots) => explicitTangentOfTangent(table, f, dots),
    tangentOfAdjoint: (f, bars) => explicitTangentOfAdjoint(table, f, bars),
  }
}
