import { bindAll } from '../bind.ts'
import { definePrimitive, type CustomForm } from '../define-primitive.ts'
import { RuleError } from '../errors.ts'
import { admit, Node, sealed, settle, staged, Traced, valueOf } from '../graph.ts'
import { byIdentity, type ByIdentity } from '../identity.ts'
import { lowerGraph } from '../lower.ts'
import { sumTo } from '../ops/gather.ts'
import type { Primitive } from '../primitive.ts'
import { describeValue, sameShape, showType, type Tensor, type TensorType } from '../tensor.ts'
import { evaluate, graphOf } from '../trace.ts'
import { firstDifference, flatten, showStructure, unflatten, type Firm, type Loose, type Structure } from '../tree.ts'
import { typeOf } from './applicable.ts'
import { closedFunction, type ClosedFunction } from './closed-function.ts'
import { overExamples, type Examples } from './over-examples.ts'

/** Both derivative rules of a function, written with public functions, so that they can be differentiated again. */
export interface Rules<A extends readonly unknown[] = readonly Tensor[], Y = Tensor> {
  /** The tangent of the value, a tree like it. A missing tangent comes as zeros. */
  readonly jvp: (args: Firm<A>, tangents: Firm<A>, value: Firm<Y>) => Loose<Firm<Y>>
  /** The cotangents of the arguments under Re⟨a, b⟩, one each and a tree like it; undefined for an argument without one. */
  readonly vjp: (args: Firm<A>, value: Firm<Y>, cotangent: Firm<Y>) => readonly (Loose<Firm<A[number]>> | undefined)[]
}

type AnyRules = Rules<readonly never[], never>

type CustomParams = {
  /** The rules that the user wrote, as the object that they are. */
  readonly rules: ByIdentity<AnyRules>
  /** Of the list of arguments. */
  readonly argsStructure: Structure & { readonly kind: 'list' }
  readonly valueStructure: Structure
  /** Of the leaves of the value, for one example. */
  readonly types: readonly TensorType[]
  /** Batches that rules and function are applied to, the innermost last. */
  readonly batches: readonly Examples[]
}

/** The derivative rules of both primitives; constants that f was found to differ in stand behind its own arguments, and have none. */
const rule: Pick<CustomForm<CustomParams>, 'jvp' | 'vjp' | 'holomorphic'> = {
  holomorphic: false, // whatever the function is: the rules are the user's
  jvp: (args, tangents, value, params) => {
    const n = leafCount(params.argsStructure)
    const groups = { args: args.slice(0, n), along: [tangents.slice(0, n)], results: [value] }
    return overExamples(params.batches, groups, (...xs) => tangentOf(params, ...xs))
  },
  vjp: (args, value, cotangents, params) => {
    const n = leafCount(params.argsStructure)
    const groups = { args: args.slice(0, n), along: [], results: [value, cotangents] }
    const bars = overExamples(params.batches, groups, (...xs) => cotangentsOf(params, ...xs))
    return args.map(({ shape }, i) => bars[i] && sumTo(bars[i], shape))
  },
}

const valueTypes = ({ types, batches }: CustomParams): readonly TensorType[] => {
  const sizes = batches.map(({ size }) => size)
  return types.map(({ shape, dtype }) => ({ shape: [...sizes, ...shape], dtype }))
}

/** A function that was only traced. */
type TracedParams = CustomParams & { readonly f: ClosedFunction }

const customP: Primitive<TracedParams> = definePrimitive<TracedParams>('custom', {
  type: (_, params) => valueTypes(params),
  kernel: (args, { f }) => evaluate(f.graph, args).map(({ data }) => data),
  lower: (s, args, { params: { f } }) => lowerGraph(s, f.graph, args),
  inner: ({ f }) => f.graph,
  batch: (args, { batched, size, params }) =>
    bindAll(customP, args, {
      ...params,
      f: params.f.batched(batched, size),
      batches: [{ batched, size }, ...params.batches],
    }),
  ...rule,
})

/** A function that was run; it is run again where the node that stands for it is. */
type RunParams = CustomParams & { readonly apply: ByIdentity<(args: readonly Tensor[]) => readonly Tensor[]> }

const customRunP: Primitive<RunParams> = definePrimitive<RunParams>('custom', {
  type: (_, params) => valueTypes(params),
  kernel: (args, { apply }) => sealed(args, apply.value).map(({ data }) => data),
  ...rule,
})

function tangentOf(
  { rules, argsStructure, valueStructure, types }: CustomParams,
  args: readonly Tensor[],
  tangents: readonly Tensor[],
  value: readonly Tensor[],
): readonly Tensor[] {
  return sealed([...args, ...tangents, ...value], (own) => {
    const n = args.length
    const primals = unflatten(argsStructure, own.slice(0, n)) as never
    const along = unflatten(argsStructure, own.slice(n, 2 * n)) as never
    const tangent: unknown = rules.value.jvp(primals, along, unflatten(valueStructure, own.slice(2 * n)) as never)
    return fitting({ rule: 'jvp', what: 'tangent of the value' }, tangent, { structure: valueStructure, types })
  })
}

function cotangentsOf(
  params: CustomParams,
  args: readonly Tensor[],
  value: readonly Tensor[],
  cotangents: readonly Tensor[],
): readonly (Tensor | undefined)[] {
  return sealed([...args, ...value, ...cotangents], (own) => ownCotangents(params, own, args))
}

function ownCotangents(
  { rules, argsStructure, valueStructure, types }: CustomParams,
  own: readonly Tensor[],
  args: readonly Tensor[],
): (Tensor | undefined)[] {
  const [n, m] = [args.length, types.length]
  const value = unflatten(valueStructure, own.slice(n, n + m)) as never
  const cotangent = unflatten(valueStructure, own.slice(n + m)) as never
  const bars: unknown = rules.value.vjp(unflatten(argsStructure, own.slice(0, n)) as never, value, cotangent)
  const expected = argsStructure.items.length
  if (!Array.isArray(bars) || bars.length !== expected) {
    throw new RuleError(
      `customRule: vjp must give a list of ${expected} cotangents, one for each argument, got ${Array.isArray(bars) ? `${bars.length}` : describeValue(bars)}.`,
    )
  }
  let next = 0
  return argsStructure.items.flatMap((structure, i) => {
    const own = args.slice(next, (next += leafCount(structure)))
    const bar: unknown = bars[i]
    if (bar === undefined) return own.map(() => undefined)
    return fitting({ rule: 'vjp', what: `cotangent of argument ${i}` }, bar, { structure, types: own })
  })
}

const leafCount = (structure: Structure): number => {
  if (structure.kind === 'leaf') return 1
  const parts = structure.kind === 'list' ? structure.items : structure.entries.map(([, item]) => item)
  return parts.reduce((sum, part) => sum + leafCount(part), 0)
}

interface Expected {
  readonly structure: Structure
  readonly types: readonly TensorType[]
}

/** The leaves of what a rule gave, which must be a tree like what it belongs to. */
function fitting(
  { rule, what }: { readonly rule: string; readonly what: string },
  tree: unknown,
  { structure, types }: Expected,
): Tensor[] {
  const found = flatten(tree, `customRule: ${rule} gave a ${what} that is no tree of tensors`)
  const difference = firstDifference(structure, found.structure)
  if (difference !== undefined) {
    throw new RuleError(
      `customRule: ${rule} gave a ${what} of structure ${showStructure(found.structure)}, expected ${showStructure(structure)}. ` +
        `${difference} It must be a tree like what it belongs to.`,
    )
  }
  return found.leaves.map((leaf, i) => {
    if (sameShape(leaf.shape, types[i].shape)) return admit(leaf, 'customRule')
    const at = found.paths[i] && ` at ${found.paths[i]}`
    throw new RuleError(
      `customRule: ${rule} gave a ${what} of type ${showType(leaf)}${at}, expected ${showType(types[i])}. Its shape must be that of what it belongs to.`,
    )
  })
}

/**
 * f with derivative rules of its own, instead of those of what happens inside it; carries forward and reverse mode together.
 * Arguments and value of f may be trees; its rules get and give trees like them.
 *
 * @throws TracingError if f or a rule uses a traced tensor that is not an argument: its gradient would silently be zero.
 * RuleError if a rule gives something else than a tangent of the value or cotangents of the arguments; it names the leaf.
 */
export function customRule<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  rules: Rules<A, Y>,
): (...args: { [K in keyof A]: Loose<A[K]> }) => Firm<Y> {
  return (...args) => {
    const { leaves: given, structure } = flatten(args, 'customRule')
    const leaves = staged(given.map((leaf) => admit(leaf, 'customRule')))
    const argsStructure = structure as CustomParams['argsStructure']
    let valueStructure: Structure = { kind: 'leaf' }
    const apply = (own: readonly Tensor[]): readonly Tensor[] => {
      const found = flatten(f(...(unflatten(structure, own) as A)), 'customRule')
      valueStructure = found.structure
      return found.leaves.map((leaf) => admit(leaf, 'customRule'))
    }
    const values = leaves.map(valueOf)
    const common = { rules: byIdentity(rules as unknown as AnyRules), argsStructure, batches: [] }
    if (values.every((x) => x !== undefined)) {
      const results = sealed(values, apply).map(settle)
      const params = { ...common, valueStructure, types: results.map(typeOf), apply: byIdentity(apply) }
      return unflatten(valueStructure, standingFor(results, leaves, params)) as Firm<Y>
    }
    const { value, constants } = closedFunction(sealed(leaves, () => graphOf(apply, leaves)))
    const params = { ...common, valueStructure, types: value.outputs, f: value }
    return unflatten(valueStructure, bindAll(customP, [...leaves, ...constants], params)) as Firm<Y>
  }
}

/** The results of a run as outputs of a node, if anything may be differentiated. */
function standingFor(results: readonly Tensor[], leaves: readonly Tensor[], params: RunParams): readonly Tensor[] {
  if (!leaves.some((x) => x.isTraced)) return results
  const node = new Node(customRunP, leaves, params)
  return node.setOutputs(results.map((x, i) => new Traced(x, node, i, x)))
}
