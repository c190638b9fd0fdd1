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

const functionChecks: readonly Check[] = [...ruleChecks, ...compiledChecks, vmapCheck, same]

/** A check with the points of which it must hold. */
export type CheckedPoints = Check & { readonly points: readonly Point[] }

/** All checks of a table of functions; those that say nothing about any point of it are left out. */
export const checksOf = (points: readonly Point[]): CheckedPoints[] =>
  functionChecks.flatMap((check) => {
    const { name, concerns = () => true } = check
    const own = points.filter((point) => point.except[name] === undefined && concerns(point))
    return own.length === 0 ? [] : [{ ...check, points: own }]
  })

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
