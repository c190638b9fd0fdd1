import { bindAll } from '../bind.ts'
import { isActive, nonzero, spread } from '../closed/applicable.ts'
import { closedFunction, type ClosedFunction } from '../closed/closed-function.ts'
import { together, withOutputs } from '../closed/derived-graphs.ts'
import { definePrimitive } from '../define-primitive.ts'
import { bySwitching } from '../finiteness.ts'
import { finitenessOfGraph, finitenessOfInputs } from '../finiteness-of.ts'
import { DtypeError, ShapeError } from '../errors.ts'
import type { Primitive } from '../primitive.ts'
import { sameShape, sameType, showType, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { traceBranch, type Branch } from '../trace.ts'
import type { Firm, Loose } from '../tree.ts'
import { leafName, partsOf, sameParts, shown, type Parts } from './carry.ts'
import { requirePredicate } from './predicate.ts'

type CondParams = {
  readonly onTrue: ClosedFunction
  readonly onFalse: ClosedFunction
  /** Which arguments after the predicate were traced: no derivative is ever asked for the others. */
  readonly active: readonly boolean[]
}

/** Two closed functions with the same inputs and the same types of outputs. */
type Branches = Pick<CondParams, 'onTrue' | 'onFalse'>

const eachBranch = ({ onTrue, onFalse }: Branches, of: (branch: ClosedFunction) => ClosedFunction): Branches => ({
  onTrue: of(onTrue),
  onFalse: of(onFalse),
})

/** (predicate, what the branches take) ↦ what the branch gives that is taken; it is compiled when it is first taken. */
const condP: Primitive<CondParams> = definePrimitive<CondParams>('cond', {
  type: (_, { onTrue }) => onTrue.outputs,
  kernel: ([predicate, ...args], { onTrue, onFalse }) => (predicate.data[0] !== 0 ? onTrue : onFalse).runOnce(args),

  finiteness: (joined, _, { onTrue, onFalse }) =>
    bySwitching(joined | finitenessOfGraph(onTrue.graph) | finitenessOfGraph(onFalse.graph)),

  // The derivative is the choice between the derivatives; the predicate is locally constant.
  jvp: ([predicate, ...args], [, ...tangents], _, branches) => {
    const { flags, seeds } = nonzero(tangents)
    const finiteness = finitenessOfInputs(args, seeds)
    const pushed = eachBranch(branches, (branch) => branch.tangent(flags, finiteness))
    return bindCond(predicate, [...args, ...seeds], pushed)
  },
  vjp: ([predicate, ...args], _, cotangents, { active, ...branches }) => {
    const { flags, seeds } = nonzero(cotangents)
    const finiteness = finitenessOfInputs(args, seeds)
    const adjoints = eachBranch(branches, (branch) => branch.adjoint(active, flags, finiteness))
    const bars = bindCond(predicate, [...args, ...seeds], adjoints)
    return [undefined, ...spread(active, bars, () => undefined)]
  },
  // With one predicate for all examples one branch runs for all. Where they differ each example takes its own: what is not taken never runs.
  batch: ([predicate, ...args], { batched: [isPredicate, ...flags], size, params }) =>
    isPredicate ? undefined : bindCond(predicate, args, eachBranch(params, (branch) => branch.batched(flags, size))), // prettier-ignore
})

function bindCond(predicate: Tensor, args: readonly Tensor[], { onTrue, onFalse }: Branches): readonly Tensor[] {
  if (onTrue.outputs.length === 0) return []
  return bindAll(condP, [predicate, ...args], { onTrue, onFalse, active: args.map(isActive) })
}

/** What the branches of a `cond` get for its operands. */
export type Operands<A extends readonly unknown[]> = { readonly [K in keyof A]: Firm<A[K]> }

/**
 * onTrue(…operands) where the predicate is not 0, else onFalse(…operands): one node, of which one branch runs.
 *
 * Both branches are traced, without values, and nothing of them is computed then, not even what depends on no operand; a
 * branch is compiled when it is first taken. So the branch that is not taken may divide by zero, or throw. Tensors caught in
 * closures are differentiated like operands. The predicate is locally constant. To choose element by element use `where`.
 *
 * @param predicate one real number, 0 for false.
 * @param operands trees of tensors.
 * @returns the tree that both branches give, with the same structure, shapes and dtypes.
 * @throws ShapeError or DtypeError that names the leaf in which the branches differ; TracingError if a branch asks for a value.
 */
export function cond<const A extends readonly unknown[], Y>(
  predicate: TensorLike,
  onTrue: (...operands: Operands<A>) => Y,
  onFalse: (...operands: Operands<A>) => Loose<Firm<Y>>,
  ...operands: A
): Firm<Y> {
  const choice = toTensor(predicate, 'cond')
  requirePredicate('cond', choice)
  const parts = operands.map((operand) => partsOf(operand, 'cond'))
  const leaves = parts.flatMap((part) => part.leaves)
  const [first, second] = [onTrue, onFalse].map((branch) =>
    traceParts(branch as (...own: unknown[]) => unknown, parts, leaves),
  )
  const agreed = agree(first, second)
  const both = together(first.branch.graph, second.branch.graph, leaves.length)
  const results = agreed.leaves.length
  const { value, constants } = closedFunction(both)
  const branches = {
    onTrue: value.derive(`outputs to ${results}`, () => withOutputs(value.graph, 0, results)),
    onFalse: value.derive(`outputs from ${results}`, () => withOutputs(value.graph, results)),
  }
  const args = [...leaves, ...first.branch.outer, ...second.branch.outer, ...constants]
  return agreed.rebuild(bindCond(choice, args, branches)) as Firm<Y>
}

interface TracedBranch {
  readonly branch: Branch
  readonly out: Parts
}

function traceParts(
  f: (...operands: unknown[]) => unknown,
  parts: readonly Parts[],
  leaves: readonly Tensor[],
): TracedBranch {
  let out = partsOf(undefined, 'cond')
  const branch = traceBranch((inputs) => {
    let from = 0
    const own = parts.map((part) => part.rebuild(inputs.slice(from, (from += part.leaves.length))))
    out = partsOf(f(...own), 'cond')
    return out.leaves
  }, leaves)
  return { branch, out }
}

/** The result's tree, if both branches give the same. */
function agree({ out: first }: TracedBranch, { out: second }: TracedBranch): Parts {
  if (!sameParts(first, second)) {
    throw new ShapeError(
      `cond: both branches must give the same structure; onTrue gives ${shown(first.structure)}, onFalse ${shown(second.structure)}. ` +
        'Return the same keys in the same order.',
    )
  }
  first.leaves.forEach((leaf, i) => {
    const other = second.leaves[i]
    if (sameType(leaf, other)) return
    const message = `cond: both branches must give the same types; for ${leafName(first.paths[i])} onTrue gives ${showType(leaf)}, onFalse ${showType(other)}.`
    if (!sameShape(leaf.shape, other.shape))
      throw new ShapeError(`${message} Use broadcastTo or reshape in one of them.`)
    throw new DtypeError(`${message} Make the real one complex: complex(x).`)
  })
  return first
}
