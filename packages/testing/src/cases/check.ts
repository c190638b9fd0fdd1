import type { Tensor } from '@cad/core'
import { relativeDifference } from '../max-difference.ts'
import { randomComplex, randomReal } from '../random.ts'
import type { CheckName, Point } from './function-case.ts'

/** Something that must hold of every function at every point. */
export interface Check {
  readonly name: CheckName
  /** As a proposition about the function. */
  readonly title: string
  /** Whether it says anything about a point; default: always. */
  readonly concerns?: (point: Point) => boolean
  /** Throws where it does not hold. */
  readonly run: (point: Point) => void
}

/** Throws an error that names both numbers unless `found` lies below the bound; NaN does not. */
export function requireBelow(what: string, found: number, bound: number): void {
  if (!(found < bound)) throw new Error(`${what}: expected less than ${bound}, got ${found}.`)
}

/** Throws unless `found` is 0. */
export function requireZero(what: string, found: number): void {
  if (found !== 0) throw new Error(`${what}: expected 0, got ${found}.`)
}

/** Throws unless each tensor has shape and dtype of the other one. */
export function requireSameTypes(what: string, found: readonly Tensor[], expected: readonly Tensor[]): void {
  const [left, right] = [found, expected].map((list) => list.map((x) => `${x.dtype} [${x.shape.join()}]`).join('; '))
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}.`)
}

/** Throws unless types are the same and values agree, relative to numbers above 1. */
export function requireClose(what: string, found: readonly Tensor[], expected: readonly Tensor[], bound: number): void {
  requireSameTypes(what, found, expected)
  requireBelow(what, relativeDifference(found, expected), bound)
}

/** Random numbers in tensors of the same types. */
export const like = (xs: readonly Tensor[], seed: number): Tensor[] =>
  xs.map(({ dtype, shape }, i) =>
    dtype === 'complex128' ? randomComplex(shape, seed + i) : randomReal(shape, seed + i),
  )
