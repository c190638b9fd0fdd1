import { RuleError } from '../errors.ts'
import { sameType, showType, type Tensor } from '../tensor.ts'
import type { Subject } from './subject.ts'
import { combineAll, distance, inner, randomLike, requireDefect, size, tiny, unitLike, type Values } from './values.ts'

/** ⟨w̄, jvp(ż)⟩ = ⟨vjp(w̄), ż⟩ */
export function checkIdentity({ seeds, tangent, cotangent, directions, what, tolerance }: Subject): number {
  const scale = tiny + size(seeds) * size(tangent) + size(cotangent) * size(directions)
  const defect = Math.abs(inner(seeds, tangent) - inner(cotangent, directions)) / scale
  return requireDefect(`${what}adjoint identity ⟨w̄, jvp(ż)⟩ = ⟨vjp(w̄), ż⟩`, defect, tolerance)
}

/** map(x + a y) = map(x) + a map(y) for real a, of the jvp and the vjp. */
export function checkLinearity(subject: Subject): number {
  const { push, pull, directions, seeds, tangent, cotangent, random, what, tolerance } = subject
  const defectOf = (map: (x: Values) => Values, x: Values, mapped: Values): number => {
    const [a, other] = [0.7, x.map((part) => randomLike(part, random))]
    const apart = map(other)
    const defect = distance(map(combineAll(1, x, a, other)), combineAll(1, mapped, a, apart))
    return defect / (tiny + size(mapped) + size(apart))
  }
  return Math.max(
    requireDefect(`${what}real-linearity of the vjp`, defectOf(pull, seeds, cotangent), tolerance),
    requireDefect(`${what}real-linearity of the jvp`, defectOf(push, directions, tangent), tolerance),
  )
}

/** A tangent has exactly the type of its value, a cotangent that of its argument; traced and plain values are the same. */
export function checkTypes({ f, point, value, tangent, cotangent, what, tolerance }: Subject): void {
  const requireSame = (name: string, found: Values, of: Values, owner: string): void =>
    found.forEach((x, i) => {
      if (x.dtype === 'opaque' || sameType(x, of[i])) return
      throw new RuleError(`checkRule: ${what}${name} ${i} is ${showType(x)}, ${owner} is ${showType(of[i])}.`)
    })
  requireSame('tangent', tangent, value, 'its value')
  requireSame('cotangent', cotangent, point, 'its argument')
  const plain = f(point)
  requireSame('traced value', value, plain, 'the plain one')
  requireDefect(`${what}traced values = plain values`, distance(value, plain) / (tiny + size(plain)), tolerance)
}

/**
 * Tangents {1, i} × cotangents {1, i}: 2 × 2 blocks of the real Jacobian, once by the jvp and once by the vjp, at one element
 * of each argument and the element of each value that depends on them most.
 */
export function checkUnits({ point, value, push, pull, random, what, tolerance }: Subject): number {
  const units = unitsOf(point, ({ size }) => Math.floor((Math.abs(random()) * 1e6) % size))
  const columns = units.map(push)
  const duals = unitsOf(value, (_, k) => largestElement(columns.map((column) => column[k])))
  const rows = duals.map(pull)
  const scale = tiny + Math.max(0, ...columns.map(size), ...rows.map(size))
  let defect = 0
  duals.forEach((dual, i) =>
    units.forEach((unit, j) => {
      defect = Math.max(defect, Math.abs(inner(dual, columns[j]) - inner(rows[i], unit)) / scale)
    }),
  )
  return requireDefect(`${what}tangents {1, i} against cotangents {1, i}`, defect, tolerance)
}

/** 1 and i at the chosen element of each tensor, one list of tensors for each. */
export function unitsOf(xs: Values, element: (x: Tensor, k: number) => number): Values[] {
  return xs.flatMap((x, k) => {
    if (x.size === 0 || x.dtype === 'opaque') return []
    const at = element(x, k)
    const indices = x.dtype === 'complex128' ? [2 * at, 2 * at + 1] : [at]
    return indices.map((index) => xs.map((other, i) => unitLike(other, i === k ? index : -1)))
  })
}

/** The element at which any of these tensors of one type is largest. */
function largestElement(xs: Values): number {
  let [largest, found] = [0, 0]
  for (const { data, dtype } of xs) {
    data.forEach((value, i) => {
      if (Math.abs(value) > largest) [largest, found] = [Math.abs(value), dtype === 'complex128' ? i >> 1 : i]
    })
  }
  return found
}
