import { linearize } from '../transformations/linearize.ts'
import { randomLike, type Apply, type Values } from './values.ts'

/** A function at a point, with both of its derivative maps there, along random directions. */
export interface Subject {
  readonly f: Apply
  readonly point: Values
  readonly value: Values
  readonly directions: Values
  /** A cotangent of each value. */
  readonly seeds: Values
  readonly tangent: Values
  readonly cotangent: Values
  readonly push: (directions: Values) => Values
  readonly pull: (seeds: Values) => Values
  readonly random: () => number
  /** In front of the name of a check, in messages. */
  readonly what: string
  readonly tolerance: number
}

/** `f` at `point` along directions and seeds that `random` gives. */
export function subjectOf(
  f: Apply,
  point: Values,
  { random, what, tolerance }: Pick<Subject, 'random' | 'what' | 'tolerance'>,
): Subject {
  const directions = point.map((x) => randomLike(x, random))
  const { value, pushforward, pullback } = linearize(f)(point)
  const seeds = value.map((y) => randomLike(y, random))
  const [push, pull] = [(d: Values): Values => pushforward([...d]), (w: Values): Values => pullback([...w])]
  const maps = { push, pull, tangent: push(directions), cotangent: pull(seeds) }
  return { f, point, value, directions, seeds, ...maps, random, what, tolerance }
}
