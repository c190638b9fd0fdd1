import { ArgumentError, DerivativeError } from '@cad/core'
import { leavesOf, type Coordinates } from './coordinates.ts'

/** Refuses a tree that an outer transformation traces: its derivative through the search would silently be zero. */
export function requireUntraced(caller: string, what: string, tree: unknown): void {
  const traced = leavesOf(caller, tree, '').find(({ leaf }) => leaf.isTraced)
  if (traced === undefined) return
  throw new DerivativeError(
    `${caller}: ${what}${traced.path} is traced by an outer grad, jvp, vjp or jit; differentiating through ${caller} is not offered yet. ` +
      'If its result is meant as a constant, pass stopGradient(…) of what it depends on.',
  )
}

/** The coordinates of a start; all finite, and at least one. */
export function requireStart<X>(caller: string, coordinates: Coordinates<X>, x0: X): Float64Array {
  const vector = coordinates.toVector(x0)
  if (vector.length === 0) {
    throw new ArgumentError(`${caller}: x0 must hold at least one number, got none. Nothing could be varied.`)
  }
  const bad = vector.findIndex((value) => !Number.isFinite(value))
  if (bad < 0) return vector
  throw new ArgumentError(
    `${caller}: x0 must be finite, got ${vector[bad]} at ${coordinates.describe(bad)}. Give a start from which the function can be evaluated.`,
  )
}
