import { jvp } from '../transformations/jvp.ts'
import { vjp } from '../transformations/vjp.ts'
import type { Subject } from './subject.ts'
import { distance, requireDefect, size, tiny, type Apply, type Values } from './values.ts'

/** (x, ẋ) ↦ jvp(f)(x, ẋ), a function of 2n tensors. */
export const pushedMap =
  (f: Apply, n: number): Apply =>
  (args) =>
    jvp(f)(args.slice(0, n), args.slice(n)).tangent

/** (x, w̄) ↦ vjp(f)(x)(w̄) */
export const pulledMap =
  (f: Apply, n: number): Apply =>
  (args) =>
    vjp(f)(args.slice(0, n)).pullback(args.slice(n))

/**
 * Forward over reverse = reverse over forward: ∂/∂x ⟨w̄, jvp(f)(x, ż)⟩ in both ways. Relative to the first derivative where the
 * second vanishes: the directions are of order 1.
 */
export function checkSymmetry({ f, point, directions, seeds, cotangent, tolerance }: Subject): number {
  const forwardOverReverse = jvp((x: Values): Values => vjp(f)(x).pullback([...seeds]))(point, directions).tangent
  const reverseOverForward = vjp((x: Values): Values => jvp(f)(x, directions).tangent)(point).pullback([...seeds])
  const scale = tiny + size(forwardOverReverse) + size(reverseOverForward) + size(cotangent)
  const defect = distance(forwardOverReverse, reverseOverForward) / scale
  return requireDefect('order 2: forward over reverse = reverse over forward', defect, tolerance)
}
