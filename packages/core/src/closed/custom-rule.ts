import { lowerGraph } from '../lower.ts'
import { RuleError } from '../errors.ts'
import { admit, sealed, staged, valueOf } from '../graph.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { describeValue, sameShape, showType, type TensorType } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate, graphOf } from '../trace.ts'
import { firstDifference, flatten, showStructure, unflatten, type Firm, type Loose, type Structure } from '../tree.ts'

/** Both derivative rules of a function, written with public functions, so that they can be differentiated again. */
export interface Rules<A extends readonly unknown[] = readonly Tensor[], Y = Tensor> {
  /** The tangent of the value, a tree like it. A missing tangent comes as zeros. */
  readonly jvp: (args: Firm<A>, tangents: Firm<A>, value: Firm<Y>) => Loose<Firm<Y>>
  /** The cotangents of the arguments under Re⟨a, b⟩, one each and a tree like it; undefined for an argument without one. */
  readonly vjp: (args: Firm<A>, value: Firm<Y>, cotangent: Firm<Y>) => readonly (Loose<Firm<A[number]>> | undefined)[]
}

type AnyRules = Rules<readonly never[], never>

interface CustomParams {
  readonly rules: AnyRules
  /** Of the list of arguments. */
  readonly argsStructure: Structure & { readonly kind: 'list' }
  readonly valueStructure: Structure
  /** Of the leaves of the value. */
  readonly types: readonly TensorType[]
  readonly values?: readonly Tensor[]
  readonly graph?: Graph
}

const customP: Primitive<CustomParams> = definePrimitive<CustomParams>('custom', {
  type: (_, { types }) => types.map(({ shape, dtype }) => ({ shape, dtype })),
  kernel: (args, { values, graph }) => (values ?? evaluate(graph!, args)).map(({ data }) => data),
  lower: (s, args, { params: { graph } }) => lowerGraph(s, graph!, args),
  inner: ({ graph }) => graph,
  jvp: (args, tangents, value, { rules, argsStructure, valueStructure, types }) =>
    sealed([...args, ...tangents, ...value], (own) => {
      const n = args.length
      const primals = unflatten(argsStructure, own.slice(0, n)) as never
      const along = unflatten(argsStructure, own.slice(n, 2 * n)) as never
      const tangent: unknown = rules.jvp(primals, along, unflatten(valueStructure, own.slice(2 * n)) as never)
      return fitting({ rule: 'jvp', what: 'tangent of the value' }, tangent, { structure: valueStructure, types })
    }),
  vjp: (args, value, cotangents, params) =>
    sealed([...args, ...value, ...cotangents], (own) => cotangentsOf(params, own, args)),
})

function cotangentsOf(
  { rules, argsStructure, valueStructure, types }: CustomParams,
  own: readonly Tensor[],
  args: readonly Tensor[],
): (Tensor | undefined)[] {
  const [n, m] = [args.length, types.length]
  const value = unflatten(valueStructure, own.slice(n, n + m)) as never
  const cotangent = unflatten(valueStructure, own.slice(n + m)) as never
  const bars: unknown = rules.vjp(unflatten(argsStructure, own.slice(0, n)) as never, value, cotangent)
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
    const known = leaves.map(valueOf)
    const ran = known.every((x) => x !== undefined)
      ? { values: sealed(known, apply) }
      : { graph: sealed(leaves, () => graphOf(apply, leaves)) }
    const types = ('values' in ran ? ran.values : ran.graph.outputs).map(({ shape, dtype }) => ({ shape, dtype }))
    const params = { rules: rules as unknown as AnyRules, argsStructure, valueStructure, types, ...ran }
    return unflatten(valueStructure, bindAll(customP, leaves, params)) as Firm<Y>
  }
}
