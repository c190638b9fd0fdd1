import { cadConvention, translateTree, type ConventionOption } from './convention.ts'
import { DtypeError, RuleError, ShapeError } from '../errors.ts'
import { settle, type Node, type Traced } from '../graph.ts'
import { add, seeded } from '../ops/arithmetic.ts'
import { conj, project } from '../ops/conjugation.ts'
import { sumTo } from '../ops/gather.ts'
import { stopGradientP } from '../ops/stop-gradient.ts'
import type { LazyCotangent, Partials, Rule, RuleContext } from '../primitive.ts'
import { recordRun, valueTree, type Recording } from './recording.ts'
import type { Tensor } from '../tensor.ts'
import { sameShape, showType, zerosOfType, type TensorLike, type TensorType } from '../tensor.ts'
import { unflatten, zipTrees, type Loose } from '../tree.ts'

/**
 * Pulls cotangents back from outputs to inputs: one pass over the nodes between them, latest first. Cotangents live in the
 * inner product ⟨a, b⟩ = Re Σ conj(a) b, so for a real loss and cotangent 1 the result is ∂L/∂Re z + i ∂L/∂Im z.
 */
export function pullBack(
  nodes: readonly Node[],
  inputs: readonly Traced[],
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
): Tensor[] {
  const wanted = new Set<Tensor>(inputs)
  for (const { primitive, inputs: args, outputs: results } of nodes) {
    if (primitive === stopGradientP || !args.some((x) => wanted.has(x))) continue
    for (const result of results) if (result.dtype !== 'opaque') wanted.add(result)
  }
  const known = new Map<Tensor, Tensor>()
  const accumulate = (x: Tensor, cotangent: Tensor): void => {
    const before = known.get(x)
    const own = projectCotangent(cotangent, x)
    known.set(x, before === undefined ? own : add(before, own))
  }
  outputs.forEach((output, i) => {
    if (wanted.has(output) && output.dtype !== 'opaque') accumulate(output, cotangents[i])
  })
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]
    if (!node.outputs.some((output) => known.has(output))) continue
    const bars = nodeCotangents(node, known)
    node.inputs.forEach((x, k) => {
      if (!wanted.has(x) || x.dtype === 'opaque') return
      const lazy = bars[k]
      const cotangent = typeof lazy === 'function' ? lazy() : lazy
      if (cotangent !== undefined && !cotangent.isStructuralZero) accumulate(x, cotangent)
    })
    for (const output of node.outputs) known.delete(output)
  }
  return inputs.map((x) => known.get(x) ?? zerosOfType(x))
}

function nodeCotangents(node: Node, known: ReadonlyMap<Tensor, Tensor>): readonly LazyCotangent[] {
  const { primitive, inputs, params, outputs } = node
  const cotangents = outputs.map((output) => known.get(output) ?? zerosOfType(output))
  const { rule } = primitive
  switch (rule.form) {
    case 'elementwise': {
      const partials = rule.partials(inputs.map(settle), settle(outputs[0]), params)
      return inputs.map(
        ({ shape }, i) =>
          () =>
            elementwiseCotangent(partials[i], cotangents[0], shape),
      )
    }
    case 'linear':
      return rule.adjoint(cotangents[0], { args: inputs, params })
    case 'linearIn':
      return linearInCotangents(rule, cotangents, { args: inputs.map(settle), value: outputs.map(settle), params })
    case 'custom':
      return rule.vjp(inputs.map(settle), outputs.map(settle), cotangents, params)
  }
}

/** ū = L(x)⋆ w̄, once for whoever asks, and x̄; see `LinearInForm`. */
function linearInCotangents(
  rule: Rule<unknown> & { readonly form: 'linearIn' },
  cotangents: readonly Tensor[],
  at: RuleContext<unknown>,
): readonly LazyCotangent[] {
  const isLinear = rule.linearIn(at.args.length, at.params)
  const linearArgs = at.args.filter((_, i) => isLinear[i])
  const linear = rule.adjoint(cotangents, at).map((lazy, k) => {
    let known: Tensor | undefined
    return (): Tensor => (known ??= (typeof lazy === 'function' ? lazy() : lazy) ?? zerosOfType(linearArgs[k]))
  })
  const fixed = rule.vjp(cotangents, linear, at)
  let [nextLinear, nextFixed] = [0, 0]
  return isLinear.map((flag) => (flag ? linear[nextLinear++] : fixed[nextFixed++]))
}

/** z̄ = conj(f_z) w̄ + f_z̄ conj(w̄), summed over the axes along which z was broadcast */
function elementwiseCotangent(
  { dz, dzbar }: Partials,
  cotangent: Tensor,
  shape: readonly number[],
): Tensor | undefined {
  const first = dz && seeded(conj(dz), cotangent)
  const second = dzbar && seeded(dzbar, conj(cotangent))
  const total = first && second ? add(first, second) : (first ?? second)
  return total && sumTo(total, shape)
}

/** The one place where the cotangent of a real-typed tensor becomes real, and that of a complex-typed one complex. */
function projectCotangent(cotangent: Tensor, type: TensorType): Tensor {
  if (!sameShape(cotangent.shape, type.shape)) {
    throw new RuleError(
      `vjp: a rule gave a cotangent of type ${showType(cotangent)} for an argument of type ${showType(type)}. The shapes must agree.`,
    )
  }
  return project(cotangent, type.dtype)
}

/** A value, and the map from its cotangents to those of the first argument. */
export interface ValueAndPullback<X, Y> {
  readonly value: Y
  readonly pullback: (cotangent: Loose<Y>) => X
}

/**
 * The adjoint of `jvp(f)(x, ·)` under ⟨a, b⟩ = Re Σ conj(a) b: `vjp(f)(x).pullback(w̄)` is f_zᴴ w̄ + f_z̄ᵀ conj(w̄). The pullback
 * may be called any number of times; further arguments are constants. `convention: jaxConvention` conjugates its argument and result.
 *
 * @throws (from the pullback) ShapeError if the cotangent does not fit the value; DtypeError for a complex cotangent of a real value.
 */
export function vjp<Y, R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Y,
  options?: ConventionOption,
): (x: TensorLike, ...rest: R) => ValueAndPullback<Tensor, Y>
export function vjp<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
  options?: ConventionOption,
): (x: Loose<X>, ...rest: R) => ValueAndPullback<X, Y>
export function vjp<X, Y, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => Y,
  { convention = cadConvention }: ConventionOption = {},
): (x: Loose<X>, ...rest: R) => ValueAndPullback<X, Y> {
  return (x, ...rest) => {
    const recording = recordRun('vjp', f, x, rest)
    const pullback = (cotangent: Loose<Y>): X =>
      translateTree(convention, pullTree<X>(recording, translateTree(convention, cotangent)))
    return { value: valueTree<Y>(recording), pullback }
  }
}

/** The cotangent of a recorded function's argument for a cotangent of its result, as a tree. */
export function pullTree<X>({ caller, inputs, inputStructure, output, nodes }: Recording, cotangent: unknown): X {
  const bars = zipTrees(caller, output.structure, cotangent).map((bar, i) =>
    checkCotangent(caller, bar, output.leaves[i], output.paths[i]),
  )
  return unflatten(inputStructure, pullBack(nodes, inputs, output.leaves, bars)) as X
}

/** A cotangent as an element of its value's space. */
function checkCotangent(caller: string, cotangent: Tensor, y: Tensor, path: string): Tensor {
  const at = path && ` at ${path}`
  if (!sameShape(cotangent.shape, y.shape)) {
    throw new ShapeError(
      `${caller}: a cotangent has the shape of the value; expected ${showType(y)}, got ${showType(cotangent)}${at}.`,
    )
  }
  if (y.dtype === 'float64' && cotangent.dtype === 'complex128') {
    throw new DtypeError(
      `${caller}: the value is real, so its cotangent is real, got a complex one${at}. Take real(cotangent) if that is meant.`,
    )
  }
  return project(cotangent, y.dtype)
}
