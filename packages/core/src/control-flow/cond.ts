import { DtypeError, ShapeError } from '../errors.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { sameShape, sameType, showType, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { traceBranch, type Branch } from '../trace.ts'
import type { Firm, Loose } from '../tree.ts'
import { Branches } from './branches.ts'
import { leafName, partsOf, type Parts } from './carry.ts'
import { isActive, spread } from './derivatives.ts'
import { requirePredicate } from './predicate.ts'
import { share, together, withOutputs } from './shared.ts'

interface CondParams {
  readonly branches: Branches
  /** Which arguments after the predicate were traced: no derivative is ever asked for the others. */
  readonly active: readonly boolean[]
}

/** (predicate, what the branches take) ↦ what the branch gives that is taken. */
const condP: Primitive<CondParams> = definePrimitive<CondParams>('cond', {
  type: (_, { branches }) => branches.types,
  kernel: ([predicate, ...args], { branches }) => branches.run(predicate.data[0] !== 0, args),

  // The derivative is the choice between the derivatives; the predicate is locally constant.
  jvp: ([predicate, ...args], [, ...tangents], _, { branches }) => {
    const active = tangents.map((x) => !x.isStructuralZero)
    const dots = tangents.filter((x) => !x.isStructuralZero)
    return bindCond(predicate, [...args, ...dots], branches.tangent(active))
  },
  vjp: ([predicate, ...args], _, cotangents, { branches, active }) => {
    const seeded = cotangents.map((x) => !x.isStructuralZero)
    const seeds = cotangents.filter((x) => !x.isStructuralZero)
    const bars = bindCond(predicate, [...args, ...seeds], branches.adjoint(active, seeded))
    return [undefined, ...spread(active, bars, () => undefined)]
  },
})

function bindCond(predicate: Tensor, args: readonly Tensor[], branches: Branches): readonly Tensor[] {
  if (branches.types.length === 0) return []
  return bindAll(condP, [predicate, ...args], { branches, active: args.map(isActive) })
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
  const { value: branches, constants } = share(
    `cond ${results}`,
    both,
    (graph) => new Branches(withOutputs(graph, 0, results), withOutputs(graph, results)),
  )
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
  if (first.shown !== second.shown) {
    throw new ShapeError(
      `cond: both branches must give the same structure; onTrue gives ${first.shown}, onFalse ${second.shown}. ` +
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
