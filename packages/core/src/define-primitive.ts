import { RuleError } from './errors.ts'
import type { FinitenessRule } from './finiteness.ts'
import type { Plain } from './identity.ts'
import type {
  Access,
  Batch,
  Graph,
  KernelOutput,
  LazyCotangent,
  LinearContext,
  Lowering,
  Partials,
  Primitive,
  Rewrites,
  Rule,
  RuleContext,
} from './primitive.ts'
import { broadcastMap } from './scalar/broadcast-map.ts'
import type { Pair } from './scalar/complex-scalar.ts'
import { elementwiseKernel, type Formula } from './scalar/elementwise.ts'
import type { ScalarProgram } from './scalar/scalar-program.ts'
import { sizeOf, type Tensor, type TensorType } from './tensor.ts'

type OneOrList<T> = T | readonly T[]

interface Common<P> {
  /**
   * The results for many examples at once (`vmap`), along a new first axis; undefined where it has no better way than one after
   * the other, which is the default. A `formula` is broadcast.
   */
  readonly batch?: (args: readonly Tensor[], batch: Batch<P>) => OneOrList<Tensor> | undefined
  /** Shape and dtype of the result, or of each result. Checks the arguments: kernels assume that they fit. */
  readonly type: (args: readonly TensorType[], params: P) => OneOrList<TensorType>
  /** Whether the result vanishes by structure when the flagged arguments do. Default: when all that it is linear in do. */
  readonly vanishes?: (zero: readonly boolean[], params: P) => boolean
  /** A cheaper application of the same, tried where loops are compiled. */
  readonly simplify?: (
    args: readonly Tensor[],
    params: P,
    rewrites: Rewrites,
    types: readonly TensorType[],
  ) => OneOrList<Tensor> | undefined
  /** Complex-linear, or holomorphic, in all complex arguments: ∂w/∂z̄ = 0 by structure. Left out: not known. */
  readonly holomorphic?: boolean
  /** Whether its values can be infinite, NaN or switched off at finite arguments; default: as its arguments can. */
  readonly finiteness?: FinitenessRule<P>
}

interface OwnKernel<P> {
  readonly kernel: (args: readonly Tensor[], params: P, types: readonly TensorType[]) => OneOrList<KernelOutput>
  /**
   * The same as scalar code, element by element (a list of lists for several results). Without it a graph that holds the
   * primitive is not unrolled: it runs by the kernels.
   */
  readonly lower?: (
    s: ScalarProgram,
    args: readonly (readonly Pair[])[],
    lowering: Lowering<P>,
  ) => readonly Pair[] | readonly (readonly Pair[])[]
  /** How elements move, if that is all it does: code with loops then reads or adds through the map instead of copying. */
  readonly access?: (params: P) => Access
  /** The graph that it applies, if it applies one: it has a scalar form only if all of that has. */
  readonly inner?: (params: P) => Graph | undefined
}

/** Kernel and compiled code of one elementwise formula. */
interface FormulaKernel {
  readonly formula: Formula
  /** A shorter formula that is right wherever it gives no NaN: the kernel tries it first. */
  readonly quick?: Formula
}

type WithKernel<P> = Common<P> & (OwnKernel<P> | FormulaKernel)

/** Elementwise: both derivative rules follow from the Wirtinger partials. */
export type ElementwiseForm<P> = Common<P> &
  FormulaKernel & {
    readonly partials: (args: readonly Tensor[], value: Tensor, params: P) => OneOrList<Partials>
  }

/** Real-linear in all arguments together, with one result: its own jvp. `adjoint` is taken under Re⟨a, b⟩, one cotangent an argument. */
export type LinearForm<P> = WithKernel<P> & {
  readonly adjoint: (cotangent: Tensor, context: LinearContext<P>) => OneOrList<LazyCotangent>
}

/**
 * Real-linear in the flagged arguments u together, the others x fixed: w = L(x) u.
 *
 *   ẇ = L(x) (u̇ + δ) + r    `shift` gives δ, `jvp` gives r, for tangents of the fixed arguments; L(x) is the primitive itself
 *   ū = L(x)⋆ w̄,  x̄ = …      `adjoint` gives ū, `vjp` gives x̄, and is handed ū
 *
 * For a solver, w = A⁻¹ b, the rule is δ = −Ȧ w and nothing else: one more solve, whatever has a tangent.
 */
export type LinearInForm<P> = Common<P> &
  OwnKernel<P> & {
    readonly linearIn: (inputs: number, params: P) => readonly boolean[]
    /** One for each flagged argument, in order. */
    readonly adjoint: (cotangents: readonly Tensor[], at: RuleContext<P>) => readonly LazyCotangent[]
    /** One for each flagged argument; the tangents are those of the fixed ones, in order. */
    readonly shift?: (tangents: readonly Tensor[], at: RuleContext<P>) => readonly Tensor[]
    /** One for each result. */
    readonly jvp?: (tangents: readonly Tensor[], at: RuleContext<P>) => readonly (Tensor | undefined)[]
    /** One for each fixed argument, in order. */
    readonly vjp: (
      cotangents: readonly Tensor[],
      linear: readonly (() => Tensor)[],
      at: RuleContext<P>,
    ) => readonly LazyCotangent[]
  }

/** Anything else: both rules written out with public functions. Missing tangents and cotangents come as structural zeros. */
export type CustomForm<P> = WithKernel<P> & {
  readonly jvp: (
    args: readonly Tensor[],
    tangents: readonly Tensor[],
    value: readonly Tensor[],
    params: P,
  ) => OneOrList<Tensor | undefined>
  readonly vjp: (
    args: readonly Tensor[],
    value: readonly Tensor[],
    cotangents: readonly Tensor[],
    params: P,
  ) => readonly LazyCotangent[]
}

/**
 * The record of one operation, in one of four forms: `partials` (elementwise), `adjoint` (linear), `linearIn` (linear in some
 * arguments), `jvp` with `vjp` (custom). What may be given as one or as a list is a list from here on, and every list that a
 * rule or kernel gives is counted: one that is too short would silently be a zero derivative.
 *
 * @throws (when it is used) RuleError that names primitive, rule, and both lengths.
 */
export function definePrimitive<P extends Plain = undefined>(name: string, form: ElementwiseForm<P>): Primitive<P>
export function definePrimitive<P extends Plain = undefined>(name: string, form: LinearInForm<P>): Primitive<P>
export function definePrimitive<P extends Plain = undefined>(name: string, form: LinearForm<P>): Primitive<P>
export function definePrimitive<P extends Plain = undefined>(name: string, form: CustomForm<P>): Primitive<P>
export function definePrimitive<P extends Plain = undefined>(name: string, form: AnyForm<P>): Primitive<P> {
  const { type, batch, simplify, holomorphic, finiteness } = form
  const rule = ruleOf(name, form)
  const vanishes = form.vanishes ?? defaultVanishing(rule)
  return {
    name,
    rule,
    type:
      rule.form === 'linear'
        ? (args, params) => requireOneResult(name, toList(type(args, params)))
        : (args, params) => toList(type(args, params)),
    ...('formula' in form ? formulaKernel<P>(form) : kernelOf(name, form)),
    ...(batch && { batch: (args, context) => listOrNothing(batch(args, context)) }),
    ...(simplify && {
      simplify: (args, params, rewrites, types) => listOrNothing(simplify(args, params, rewrites, types)),
    }),
    ...(vanishes && { vanishes }),
    ...(holomorphic !== undefined && { holomorphic }),
    ...(finiteness && { finiteness }),
  }
}

const toList = <T>(x: OneOrList<T>): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T])

const listOrNothing = <T>(x: OneOrList<T> | undefined): readonly T[] | undefined =>
  x === undefined ? undefined : toList(x)

type AnyForm<P> = ElementwiseForm<P> | LinearForm<P> | LinearInForm<P> | CustomForm<P>

function ruleOf<P extends Plain>(name: string, form: AnyForm<P>): Rule<P> {
  if ('partials' in form) {
    const { partials } = form
    const counted: typeof partials = (args, value, params) =>
      counting(name, 'partials', toList(partials(args, value, params)), args.length)
    return {
      form: 'elementwise',
      partials: counted as (...all: Parameters<typeof partials>) => readonly Partials[],
    }
  }
  if ('linearIn' in form) return linearInRule(name, form)
  if ('adjoint' in form) {
    const { adjoint } = form
    return {
      form: 'linear',
      adjoint: (cotangent, context) =>
        counting(name, 'adjoint', toList<LazyCotangent>(adjoint(cotangent, context)), context.args.length),
    }
  }
  const { jvp, vjp } = form
  return {
    form: 'custom',
    jvp: (args, tangents, value, params) =>
      counting(name, 'jvp', toList<Tensor | undefined>(jvp(args, tangents, value, params)), value.length),
    vjp: (args, value, cotangents, params) => counting(name, 'vjp', vjp(args, value, cotangents, params), args.length),
  }
}

function linearInRule<P extends Plain>(
  name: string,
  { linearIn, adjoint, shift, jvp, vjp }: LinearInForm<P>,
): Rule<P> & { readonly form: 'linearIn' } {
  const linearCount = ({ args, params }: RuleContext<P>): number => {
    let count = 0
    for (const isLinear of linearIn(args.length, params)) if (isLinear) count++
    return count
  }
  return {
    form: 'linearIn',
    linearIn: (inputs, params) => counting(name, 'linearIn', linearIn(inputs, params), inputs),
    adjoint: (cotangents, at) => counting(name, 'adjoint', adjoint(cotangents, at), linearCount(at)),
    ...(shift && {
      shift: (tangents: readonly Tensor[], at: RuleContext<P>) =>
        counting(name, 'shift', shift(tangents, at), linearCount(at)),
    }),
    ...(jvp && {
      jvp: (tangents: readonly Tensor[], at: RuleContext<P>) =>
        counting(name, 'jvp', jvp(tangents, at), at.value.length),
    }),
    vjp: (cotangents, linear, at) =>
      counting(name, 'vjp', vjp(cotangents, linear, at), at.args.length - linearCount(at)),
  }
}

/** A map that is linear vanishes with all that it is linear in. */
function defaultVanishing<P extends Plain>(rule: Rule<P>): Primitive<P>['vanishes'] | undefined {
  if (rule.form === 'linear') return (zero) => zero.every(Boolean)
  if (rule.form !== 'linearIn') return undefined
  const { linearIn } = rule
  return (zero, params) => linearIn(zero.length, params).every((isLinear, i) => !isLinear || zero[i])
}

function kernelOf<P extends Plain>(
  name: string,
  { kernel, lower, inner, access }: OwnKernel<P>,
): Pick<Primitive<P>, 'kernel' | 'lower' | 'inner' | 'access'> {
  return {
    kernel: (args, params, types) =>
      counting(name, 'kernel', toList<KernelOutput>(kernel(args, params, types)), types.length),
    ...(lower && { lower: (s, args, lowering) => listOfLists(lower(s, args, lowering)) }),
    ...(inner && { inner }),
    ...(access && { access }),
  }
}

const listOfLists = (result: readonly Pair[] | readonly (readonly Pair[])[]): readonly (readonly Pair[])[] =>
  Array.isArray(result[0]) ? (result as readonly (readonly Pair[])[]) : [result as readonly Pair[]]

function formulaKernel<P extends Plain>({
  formula,
  quick,
}: FormulaKernel): Pick<Primitive<P>, 'kernel' | 'lower' | 'formula'> {
  const kernel = elementwiseKernel(formula, quick)
  return {
    formula,
    kernel: (args, params, [type]) => [kernel(args, params, type)],
    lower: (s, args, lowering) => [lowerElementwise(formula, s, args, lowering)],
  }
}

function lowerElementwise(
  formula: Formula,
  s: ScalarProgram,
  args: readonly (readonly Pair[])[],
  { args: argTypes, type, params }: Lowering<unknown>,
): readonly Pair[] {
  const real = argTypes.every(({ dtype }) => dtype === 'float64')
  const maps = argTypes.map(({ shape }) => broadcastMap(shape, type.shape))
  return Array.from({ length: sizeOf(type.shape) }, (_, i) =>
    formula(
      s,
      args.map((arg, k) => arg[maps[k][i]]),
      real,
      params,
    ),
  )
}

/** What each list of a record has one element for. */
const belongsTo = {
  partials: 'argument',
  adjoint: 'argument that it is linear in',
  linearIn: 'argument',
  shift: 'argument that it is linear in',
  jvp: 'result',
  vjp: 'argument',
  kernel: 'result',
}

function counting<T>(name: string, part: keyof typeof belongsTo, list: readonly T[], expected: number): readonly T[] {
  if (Array.isArray(list) && list.length === expected) return list
  throw new RuleError(
    `${name}: ${part} must give a list of ${expected}, one for each ${belongsTo[part]}, got ${Array.isArray(list) ? list.length : typeof list}. ` +
      'Put undefined where there is none; a list that is too short would be a derivative that is silently zero.',
  )
}

function requireOneResult(name: string, types: readonly TensorType[]): readonly TensorType[] {
  if (types.length === 1) return types
  throw new RuleError(
    `${name}: a primitive with \`adjoint\` alone has one result, got ${types.length}. ` +
      'For several results write linearIn, which gets the cotangents of all of them.',
  )
}
