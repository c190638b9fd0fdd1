import type { LeastSquaresResult } from '@cad/optim'
import { chiSquaredProblem } from './chi-squared.ts'
import type { WeakDirection } from './covariance.ts'
import { formatNumber } from './format-number.ts'
import type { ParameterSet } from './parameter.ts'
import type { FitReport } from './report.ts'
import type { Solution } from './solution.ts'
import type { Statistics } from './statistics.ts'

/** Everything a reader of the result must know, as sentences. */
export function warningsOf(
  parameters: ParameterSet,
  { status, converged, message }: Pick<LeastSquaresResult<unknown, unknown>, 'status' | 'converged' | 'message'>,
  { contacts, uncertainty, values }: Solution,
  statistics: Statistics & Pick<FitReport, 'standardErrors'>,
): string[] {
  const warnings: string[] = []
  const { dataCount, parameterCount, degreesOfFreedom, standardErrors } = statistics
  if (!converged) {
    const what = status === 'stalled' ? 'The fit met no tolerance' : 'The fit ended early'
    warnings.push(`${what} (${status}): ${message}. The values are those of the best point that was found.`)
  }
  if (degreesOfFreedom <= 0 && standardErrors === 'scaled') {
    warnings.push(
      `${dataCount} data do not suffice for the standard errors of ${parameterCount} parameters: there are no degrees of freedom.`,
    )
  }
  const problem = standardErrors === 'absolute' ? chiSquaredProblem(statistics) : undefined
  if (problem !== undefined) warnings.push(problem)
  for (const [name, contact] of contacts) {
    const unit = parameters[name].unit ?? ''
    const place = [formatNumber(values[name] as number), unit].join(' ').trim()
    warnings.push(
      `${name} ended ${contact} (${place}). It has no standard error, and is held there for those of the others.`,
    )
  }
  for (const direction of uncertainty?.weakDirections ?? []) warnings.push(describe(direction))
  if (uncertainty === undefined && contacts.size === 0) {
    warnings.push('There are no standard errors: the derivative at the best point is missing.')
  }
  return warnings
}

function describe({ changes, ratio, isUndetermined }: WeakDirection): string {
  const names = changes.map(({ name }) => name)
  const size =
    ratio < 1e-14 ? 'does not change' : `changes ${(1 / ratio).toExponential(0)} times less than along others`
  if (names.length === 1) return `The data do not determine ${names[0]}: with it the model ${size}.`
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  const along = changes.map(({ name, change }) => `Δ${name} = ${formatNumber(change, 3)}`).join(', ')
  const verdict = isUndetermined
    ? `The data do not determine ${list} separately, and their standard errors are withheld`
    : `The data barely determine ${list} separately`
  return `${verdict}: along ${along} the model ${size}.`
}
