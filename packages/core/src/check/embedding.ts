import { linearize } from '../transformations/linearize.ts'
import { complex, imag, real } from '../ops/conjugation.ts'
import type { Tensor } from '../tensor.ts'
import type { Subject } from './subject.ts'
import { distance, requireDefect, size, tiny, type Apply, type Values } from './values.ts'

/** ρ: a complex tensor as its real and its imaginary part. */
const embed = (xs: Values): Values => xs.flatMap((x) => (x.dtype === 'complex128' ? [real(x), imag(x)] : [x]))

/** ρ⁻¹ */
function lift(parts: Values, like: Values): Tensor[] {
  let next = 0
  return like.map(({ dtype }) => (dtype === 'complex128' ? complex(parts[next++], parts[next++]) : parts[next++]))
}

/** The same function on ℝ²ⁿ, ρ ∘ f ∘ ρ⁻¹: its values, its jvp and its vjp, J and Jᵀ, are those of f through ρ. */
export function checkEmbedding(subject: Subject): number {
  const { f, point, value, directions, seeds, tangent, cotangent, what, tolerance } = subject
  const embedded: Apply = (parts) => embed(f(lift(parts, point)))
  const onReals = linearize(embedded)(embed(point))
  const compare = (name: string, found: Values, expected: Values, scale: number): number =>
    requireDefect(`${what}real embedding, ${name}`, distance(found, embed(expected)) / (tiny + scale), tolerance)
  const pushed = onReals.pushforward([...embed(directions)])
  const pulled = onReals.pullback([...embed(seeds)])
  return Math.max(
    compare('values', onReals.value, value, size(value)),
    compare('jvp', pushed, tangent, size(tangent)),
    compare('vjp', pulled, cotangent, size(cotangent)),
  )
}

/** Real tangents and cotangents are complex ones with zero imaginary parts. */
export function checkRealSeeds({ value, point, directions, seeds, push, pull, what, tolerance }: Subject): void {
  const asComplex = (xs: Values, types: Values): Values =>
    xs.map((x, i) => (types[i].dtype === 'complex128' ? complex(real(x)) : x))
  const defectOf = (map: (xs: Values) => Values, xs: Values, types: Values): number => {
    const [fromReal, fromComplex] = [map(xs.map(real)), map(asComplex(xs, types))]
    return distance(fromReal, fromComplex) / (tiny + size(fromComplex))
  }
  requireDefect(`${what}real cotangent = complex one without imaginary part`, defectOf(pull, seeds, value), tolerance)
  requireDefect(
    `${what}real tangent = complex one without imaginary part`,
    defectOf(push, directions, point),
    tolerance,
  )
}
