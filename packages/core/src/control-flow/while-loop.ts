import { bindAll } from '../bind.ts'
import { isActive, nonzero, spread } from '../closed/applicable.ts'
import { call } from '../closed/call.ts'
import { closedFunction } from '../closed/closed-function.ts'
import { dependence, together } from '../closed/derived-graphs.ts'
import { definePrimitive } from '../define-primitive.ts'
import { ArgumentError } from '../errors.ts'
import { finitenessOfGraph, finitenessOfSeeds } from '../finiteness-of.ts'
import { byIdentity, type ByIdentity } from '../identity.ts'
import { broadcastTo } from '../ops/shape.ts'
import type { Primitive } from '../primitive.ts'
import { toTensor, type Tensor, type TensorLike, type TensorType } from '../tensor.ts'
import { closeOver, graphOf } from '../trace.ts'
import type { Firm, Loose } from '../tree.ts'
import { fitCarry, partsOf } from './carry.ts'
import { storeAll, type Checkpoints } from './checkpoints.ts'
import { requirePredicate } from './predicate.ts'
import { runWhile, type StepLimit } from './run-while.ts'
import { split } from './scan-body.ts'
import { adjointLoop, bodyOf, tangentLoop, type WhileBody } from './while-body.ts'

export interface WhileOptions {
  /** More steps than this are an error. */
  readonly maxSteps?: number
  /** What the reverse sweep stores. */
  readonly checkpoints?: Checkpoints
}

type WhileSpec = StepLimit & {
  readonly loop: WhileBody
  readonly checkpoints: ByIdentity<Checkpoints>
}

type WhileParams = WhileSpec & {
  /** Which constants were traced: no derivative is ever asked for the others. */
  readonly active: readonly boolean[]
}

const counter: TensorType = { shape: [], dtype: 'float64' }

/** (carry, constants) ↦ (last carry, number of steps). */
const whileP: Primitive<WhileParams> = definePrimitive<WhileParams>('whileLoop', {
  type: (_, { loop }) => [...loop.f.inputs.slice(0, loop.carryCount), counter],
  finiteness: (joined, _, { loop }) => joined | finitenessOfGraph(loop.f.graph),
  kernel: (args, spec) => runWhile(spec.loop, args, spec),

  // The number of steps is locally constant: ċᵢ₊₁ = f′(cᵢ, k)(ċᵢ, k̇) as long as the loop goes on for cᵢ.
  jvp: (args, tangents, _, spec) => {
    const { carry, constants } = split(bodyOf(spec.loop), args)
    const dots = split(bodyOf(spec.loop), tangents)
    const { flags, seeds } = nonzero(dots.constants)
    const loop = tangentLoop(spec.loop, flags, finitenessOfSeeds([...dots.carry, ...seeds]))
    const results = bindWhile([...carry, ...dots.carry, ...constants, ...seeds], { ...spec, loop })
    return [...results.slice(carry.length, 2 * carry.length), undefined]
  },

  // Once the number of steps is known the loop is a scan, and its reverse sweep is that of the scan.
  vjp: (args, value, cotangents, { loop, checkpoints, active }) => {
    const n = loop.carryCount
    const { flags, seeds } = nonzero(cotangents.slice(0, n))
    const bars = call(adjointLoop(loop, checkpoints, active, flags), [...args, value[n], ...seeds])
    return [...bars.slice(0, n), ...spread(active, bars.slice(n), () => undefined)]
  },

  // All examples in one loop where they take the same number of steps because nothing that differs decides.
  batch: (args, { batched, size, params: { loop, ...spec } }) => {
    const n = loop.carryCount
    const { carry, goesOn } = varyingCarry(loop, batched)
    if (goesOn) return undefined
    const flags = [...carry, ...batched.slice(n)]
    const f = loop.f.batched(flags, size, [...carry, false])
    const along = (x: Tensor): Tensor => broadcastTo(x, [size, ...x.shape])
    const starts = args.map((x, i) => (i < n && carry[i] && !batched[i] ? along(x) : x))
    return bindWhile(starts, { ...spec, loop: { f, carryCount: n } }).map((x, i) => (carry[i] ? x : along(x)))
  },
})

/** Which leaves of the carry come to differ from example to example, and whether the condition does. */
function varyingCarry(
  { f, carryCount: n }: WhileBody,
  batched: readonly boolean[],
): { readonly carry: readonly boolean[]; readonly goesOn: boolean } {
  let carry = batched.slice(0, n)
  for (;;) {
    const outputs = dependence(f.graph, [...carry, ...batched.slice(n)])
    const next = carry.map((flag, i) => flag || outputs[i])
    if (next.every((flag, i) => flag === carry[i])) return { carry, goesOn: outputs[n] }
    carry = next
  }
}

function bindWhile(
  args: readonly Tensor[],
  { loop, checkpoints, caller, maxSteps, paths }: WhileSpec,
): readonly Tensor[] {
  const active = args.slice(loop.carryCount).map(isActive)
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
  const { value, constants } = closedFunction(together(closeOver(next), closeOver(test), n))
  const args = [...carry.leaves, ...next.captured, ...test.captured, ...constants]
  const { maxSteps, checkpoints } = options
  const results = bindWhile(args, {
    loop: { f: value, carryCount: n },
    caller,
    paths: carry.paths,
    maxSteps,
    checkpoints: byIdentity(checkpoints),
  })
  return carry.rebuild(results.slice(0, n))
}

function toPredicate(caller: string, x: TensorLike): Tensor {
  const predicate = toTensor(x, caller)
  requirePredicate(caller, predicate)
  return predicate
}
