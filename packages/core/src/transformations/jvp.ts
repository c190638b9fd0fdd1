import { settle, type Node, type Traced } from '../graph.ts'
import { add, seeded } from '../ops/arithmetic.ts'
import { conj, project } from '../ops/conjugation.ts'
import { broadcastTo } from '../ops/shape.ts'
import { bindAll } from '../bind.ts'
import type { AnyPrimitive, Partials, Rule, RuleContext } from '../primitive.ts'
import { RuleError, ShapeError } from '../errors.ts'
import { recordRun, valueTree, type Recording } from './recording.ts'
import { sameShape, showType, zerosOfType, type Tensor, type TensorLike, type TensorType } from '../tensor.ts'
import { unflatten, zipTrees, type Loose } from '../tree.ts'

/**
 * Pushes tangents from inputs to outputs: one pass over the nodes between them, in the order they were made. A missing
 * tangent is a structural zero.
 */
export function pushForward(
  nodes: readonly Node[],
  inputs: readonly Traced[],
  outputs: readonly Tensor[],
  tangents: readonly Tensor[],
): Tensor[] {
  const known = new Map<Tensor, Tensor>(inputs.map((x, i) => [x, tangents[i]]))
  for (const node of nodes) {
    nodeTangents(node, known).forEach((tangent, i) => {
      const output = node.outputs[i]
      if (tangent !== undefined && !tangent.isStructuralZero) known.set(output, projectTangent(tangent, output))
    })
  }
  return outputs.map((output) => known.get(output) ?? zerosOfType(output))
}

function nodeTangents(node: Node, known: ReadonlyMap<Tensor, Tensor>): readonly (Tensor | undefined)[] {
  const { primitive, inputs, params, outputs } = node
  const tangents = inputs.map((x) => known.get(x))
  const args = inputs.map(settle)
  const { rule } = primitive
  switch (rule.form) {
    case 'elementwise': {
      const partials = rule.partials(args, settle(outputs[0]), params)
      return [elementwiseTangent(partials, tangents, outputs[0])]
    }
    case 'linear':
      return bindAll(
        primitive,
        tangents.map((tangent, i) => tangent ?? zerosOfType(inputs[i])),
        params,
      )
    case 'linearIn': {
      const at = { args, value: outputs.map(settle), params }
      const complete = tangents.map((tangent, i) => tangent ?? zerosOfType(inputs[i]))
      return linearInTangents(primitive, rule, complete, at)
    }
    case 'custom': {
      const complete = tangents.map((tangent, i) => tangent ?? zerosOfType(inputs[i]))
      return rule.jvp(args, complete, outputs.map(settle), params)
    }
  }
}

/** ẇ = L(x) (u̇ + δ) + r; see `LinearInForm`. */
function linearInTangents(
  primitive: AnyPrimitive,
  rule: Rule<unknown> & { readonly form: 'linearIn' },
  tangents: readonly Tensor[],
  at: RuleContext<unknown>,
): readonly (Tensor | undefined)[] {
  const isLinear = rule.linearIn(tangents.length, at.params)
  const fixed = tangents.filter((_, i) => !isLinear[i])
  const varies = fixed.some((tangent) => !tangent.isStructuralZero)
  const shifts = varies ? rule.shift?.(fixed, at) : undefined
  const rest = varies ? rule.jvp?.(fixed, at) : undefined
  let next = 0
  const applied = at.args.map((x, i) => {
    if (!isLinear[i]) return x
    const shift = shifts?.[next++]
    return shift === undefined ? tangents[i] : add(tangents[i], shift)
  })
  const isZero = applied.every((x, i) => !isLinear[i] || x.isStructuralZero)
  const moved = isZero ? [] : bindAll(primitive, applied, at.params)
  return at.value.map((_, k) => {
    const [first, second] = [moved[k] as Tensor | undefined, rest?.[k]]
    return first !== undefined && second !== undefined ? add(first, second) : (first ?? second)
  })
}

/** ẇ = Σ f_z ż + f_z̄ conj(ż) */
function elementwiseTangent(
  partials: readonly Partials[],
  tangents: readonly (Tensor | undefined)[],
  type: TensorType,
): Tensor | undefined {
  let total: Tensor | undefined
  const accumulate = (term: Tensor): void => {
    total = total === undefined ? term : add(total, term)
  }
  tangents.forEach((tangent, i) => {
    if (tangent === undefined) return
    const { dz, dzbar } = partials[i]
    if (dz !== undefined) accumulate(seeded(dz, tangent))
    if (dzbar !== undefined) accumulate(seeded(dzbar, conj(tangent)))
  })
  return total === undefined ? undefined : broadcastTo(total, type.shape)
}

/** The one place where the tangent of a real-typed tensor becomes real, and that of a complex-typed one complex. */
function projectTangent(tangent: Tensor, type: TensorType): Tensor {
  if (!sameShape(tangent.shape, type.shape)) {
    throw new RuleError(
      `jvp: a rule gave a tangent of type ${showType(tangent)} for a value of type ${showType(type)}. The shapes must agree.`,
    )
  }
  return project(tangent, type.dtype)
}

/** A value and its tangent; trees where the function's result is a tree. */
export interface ValueAndTangent<Y> {
  readonly value: Y
  readonly tangent: Y
}

/**
 * The directional derivative of f: `jvp(f)(x, dx)` is f(x) and ẇ = f_z ż + f_z̄ conj(ż) for ż = dx, a real-linear map of dx.
 * x and dx may be trees; further arguments are constants.
 *
 * @throws ShapeError if dx does not have the structure and shapes of x.
 */
export function jvp<Y, R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Y,
): (x: TensorLike, dx: TensorLike, ...rest: R) => ValueAndTangent<Y>
export function jvp<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: Loose<X>, dx: Loose<X>, ...rest: R) => ValueAndTangent<Y>
export function jvp<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
): (x: Loose<X>, dx: Loose<X>, ...rest: R) => ValueAndTangent<Y> {
  return (x, dx, ...rest) => {
    const recording = recordRun('jvp', f, x, rest)
    return { value: valueTree<Y>(recording), tangent: pushTree<Y>(recording, dx) }
  }
}

/** The tangent of a recorded result along dx, as a tree. */
export function pushTree<Y>({ caller, inputs, inputStructure, inputPaths, output, nodes }: Recording, dx: unknown): Y {
  const tangents = zipTrees(caller, inputStructure, dx).map((tangent, i) =>
    checkTangent(caller, tangent, inputs[i], inputPaths[i]),
  )
  return unflatten(output.structure, pushForward(nodes, inputs, output.leaves, tangents)) as Y
}

/** A tangent as an element of its argument's space. */
function checkTangent(caller: string, tangent: Tensor, x: Tensor, path: string): Tensor {
  if (!sameShape(tangent.shape, x.shape)) {
    throw new ShapeError(
      `${caller}: a tangent has the shape of its argument; expected ${showType(x)}, got ${showType(tangent)}${path && ` at ${path}`}.`,
    )
  }
  return project(tangent, x.dtype)
}
