import { ArgumentError } from '@cad/core'
import type { Limits } from './logbook.ts'

/** Limits that are numbers and leave room for the first point. */
export function requireLimits(caller: string, limits: Limits): Limits {
  const least = { maxIterations: 0, maxEvaluations: 1, timeLimit: 0 } as const
  for (const [name, minimum] of Object.entries(least)) {
    const found = limits[name as keyof typeof least]
    if (!(found >= minimum)) {
      throw new ArgumentError(
        `${caller}: ${name} must be at least ${minimum}, got ${found}. Leave it out for no limit.`,
      )
    }
  }
  if (Number.isNaN(limits.target)) {
    throw new ArgumentError(`${caller}: target must be a number, got NaN. Leave it out for a search to the minimum.`)
  }
  return limits
}
