import { relativeDifference } from '../max-difference.ts'
import { requireBelow, type Check } from './check.ts'
import { compiledChecks } from './compiled-checks.ts'
import type { Point } from './function-case.ts'
import { ruleChecks } from './rule-checks.ts'
import { vmapCheck } from './vmap-check.ts'

const same: Check = {
  name: 'same',
  title: 'is what its case says it is',
  concerns: (point) => point.same !== undefined,
  // A real tensor equals a complex one with zero imaginary parts.
  run: ({ f, same: other = f, args, bounds }) =>
    requireBelow('distance', relativeDifference(f(args), other(args)), bounds.compiled),
}

/** All checks of a table of functions. */
export const functionChecks: readonly Check[] = [...ruleChecks, ...compiledChecks, vmapCheck, same]

/** The points of which a check must hold. */
export const pointsFor = ({ name, concerns = () => true }: Check, points: readonly Point[]): Point[] =>
  points.filter((point) => point.except[name] === undefined && concerns(point))

/** Exceptions that are not needed: the check holds at every point of the case. Each names its case. */
export function needlessExceptions(points: readonly Point[]): string[] {
  const holds = (point: Point): string[] =>
    Object.keys(point.except).filter((name) =>
      functionChecks.every((check) => check.name !== name || !fails(check, point)),
    )
  return points.flatMap((point) => holds(point).map((name) => `${point.name} passes '${name}'`))
}

function fails({ run }: Check, point: Point): boolean {
  try {
    run(point)
    return false
  } catch {
    return true
  }
}
