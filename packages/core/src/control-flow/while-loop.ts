import { ArgumentError } from '../errors.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { toTensor, type Tensor, type TensorLike, type TensorType } from '../tensor.ts'
import { closeOver, graphOf } from '../trace.ts'
import type { Firm, Loose } from '../tree.ts'
import { fitCarry, partsOf } from './carry.ts'
import { storeAll, type Checkpoints } from './checkpoints.ts'
import { isActive, spread } from './derivatives.ts'
import { applyLate } from './late.ts'
import { requirePredicate } from './predicate.ts'
import { runWhile, type StepLimit } from './run-while.ts'
import { split } from './scan-derivatives.ts'
import { share, together } from './shared.ts'
import { WhileBody } from './while-body.ts'

export interface WhileOptions {
  /** More steps than this are an error. */
  readonly maxSteps?: number
  /** What the reverse sweep stores. */
  readonly checkpoints?: Checkpoints
}

interface WhileSpec extends StepLimit {
  readonly loop: WhileBody
  readonly checkpoints: Checkpoints
}

interface WhileParams extends WhileSpec {
  /** Which constants were traced: no derivative is ever asked for the others. */
  readonly active: readonly boolean[]
}

const counter: TensorType = { shape: [], dtype: 'float64' }

/** (carry, constants) ↦ (last carry, number of steps). */
const whileP: Primitive<WhileParams> = definePrimitive<WhileParams>('whileLoop', {
  type: (_, { loop }) => [...loop.body.carry, counter],
  kernel: (args, spec) => runWhile(spec.loop, args, spec),

  // The number of steps is locally constant: ċᵢ₊₁ = f′(cᵢ, k)(ċᵢ, k̇) as long as the loop goes on for cᵢ.
  jvp: (args, tangents, _, spec) => {
    const { carry, constants } = split(spec.loop.body, args)
    const dots = split(spec.loop.body, tangents)
    const active = dots.constants.map((x) => !x.isStructuralZero)
    const kDots = dots.constants.filter((x) => !x.isStructuralZero)
    const loop = spec.loop.tangent(active)
    const results = bindWhile([...carry, ...dots.carry, ...constants, ...kDots], { ...spec, loop })
    return [...results.slice(carry.length, 2 * carry.length), undefined]
  },

  // Once the number of steps is known the loop is a scan, and its reverse sweep is that of the scan.
  vjp: (args, value, cotangents, { loop, checkpoints, active }) => {
    const n = loop.body.carry.length
    const wBars = cotangents.slice(0, n)
    const seeded = wBars.map((x) => !x.isStructuralZero)
    const adjoint = loop.adjoint(checkpoints, active, seeded)
    const bars = applyLate(adjoint, [...args, value[n], ...wBars.filter((x) => !x.isStructuralZero)])
    return [...bars.slice(0, n), ...spread(active, bars.slice(n), () => undefined)]
  },
})

function bindWhile(
  args: readonly Tensor[],
  { loop, checkpoints, caller, maxSteps, paths }: WhileSpec,
): readonly Tensor[] {
  const active = split(loop.body, args).constants.map(isActive)
  return bindAll(whileP, args, { loop, checkpoints, caller, maxSteps, paths, active })
}

/**
 * Repeats c ← body(c) from c = init while condition(c) is not 0, and gives the last c.
 *
 * Condition and body are traced once and compiled as a loop: inside them tensors have no values, and what does not depend on
 * the carry is computed once, before the loop. The whole is one node. Forward mode is a loop that carries tangents; reverse
 * mode stores the carries of the steps that were taken and walks back. The number of steps counts as locally constant.
 *
 * @param condition carry ↦ a real number, 0 for false.
 * @param init a tree; the carry keeps its structure, shapes and dtypes.
 * @returns a tree like init.
 * @throws ShapeError or DtypeError that names the leaf of the carry that changes; StepLimitError after `maxSteps` (10⁷);
 *   TracingError if condition or body ask for a value.
 */
export function whileLoop<const C>(
  condition: (carry: Firm<C>) => TensorLike,
  body: (carry: Firm<C>) => Loose<Firm<C>>,
  init: C,
  { maxSteps = 1e7, checkpoints = storeAll }: WhileOptions = {},
): Firm<C> {
  if (!(maxSteps >= 0)) {
    throw new ArgumentError(`whileLoop: maxSteps must be a number ≥ 0, got ${maxSteps}. Infinity is no limit.`)
  }
  return repeatWhile('whileLoop', { condition, body } as LoopFunctions, init, { maxSteps, checkpoints }) as Firm<C>
}

interface LoopFunctions {
  readonly condition: (carry: unknown) => TensorLike
  readonly body: (carry: unknown) => unknown
}

/** `whileLoop` on behalf of `caller`. */
export function repeatWhile(
  caller: string,
  { condition, body }: LoopFunctions,
  init: unknown,
  options: Required<WhileOptions>,
): unknown {
  const carry = partsOf(init, caller)
  if (carry.leaves.length === 0) {
    throw new ArgumentError(
      `${caller}: expected an init with tensors, got none. Nothing could ever make the condition false.`,
    )
  }
  const test = graphOf((inputs) => [toPredicate(caller, condition(carry.rebuild(inputs)))], carry.leaves)
  const next = graphOf((inputs) => fitCarry(caller, carry, body(carry.rebuild(inputs))), carry.leaves)
  const n = carry.leaves.length
  const both = together(closeOver(next), closeOver(test), n)
  const { value: loop, constants } = share(`while ${n}`, both, (graph) => WhileBody.of(graph, n))
  const args = [...carry.leaves, ...next.captured, ...test.captured, ...constants]
  const results = bindWhile(args, { loop, caller, paths: carry.paths, ...options })
  return carry.rebuild(results.slice(0, n))
}

function toPredicate(caller: string, x: TensorLike): Tensor {
  const predicate = toTensor(x, caller)
  requirePredicate(caller, predicate)
  return predicate
}
