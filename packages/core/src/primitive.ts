import type { Pair } from './scalar/complex-scalar.ts'
import { broadcastMap } from './scalar/broadcast-map.ts'
import { elementwiseKernel, type Formula } from './scalar/elementwise.ts'
import type { ScalarProgram } from './scalar/scalar-program.ts'
import { sizeOf, type Opaque, type Tensor, type TensorType } from './tensor.ts'

/** One application of a primitive, as a node of a graph. */
export interface Application {
  readonly primitive: AnyPrimitive
  readonly inputs: readonly Tensor[]
  readonly params: unknown
  readonly outputs: readonly Tensor[]
}

/** A function as a graph: abstract inputs, the applications that depend on them, in order, and the outputs. */
export interface Graph {
  readonly inputs: readonly Tensor[]
  readonly nodes: readonly Application[]
  readonly outputs: readonly Tensor[]
  /**
   * Traced tensors of outer transformations that the function caught in its closure. Evaluating the graph takes them as further
   * arguments, so that derivatives with respect to them are not lost.
   */
  readonly captured: readonly Tensor[]
}

/** Numbers for a tensor output, anything for an opaque one. */
export type KernelOutput = Float64Array | Opaque

/** A cotangent, none where the argument has none, or one that is computed only if it is needed. */
export type LazyCotangent = Tensor | undefined | (() => Tensor | undefined)

/** The two Wirtinger partials ∂w/∂z and ∂w/∂z̄ of an elementwise function; a missing one is zero. */
export interface Partials {
  readonly dz?: Tensor
  readonly dzbar?: Tensor
}

/** One application of a primitive to many examples at once. */
export interface Batch<P> {
  /** Which arguments hold the examples along a new first axis; the others are the same for all. */
  readonly batched: readonly boolean[]
  /** Number of examples. */
  readonly size: number
  /** The arguments of one example. */
  readonly types: readonly TensorType[]
  readonly params: P
}

/** The results for all examples along a new first axis; undefined where it has no better way than one after the other. */
export type BatchRule<P> = (args: readonly Tensor[], batch: Batch<P>) => Tensor | readonly Tensor[] | undefined

interface Common<P> {
  /** How it is applied to many examples at once (`vmap`). Default: one after the other; a `formula` is broadcast. */
  readonly batch?: BatchRule<P>
  /** Shape and dtype of the result, or of each result. Checks the arguments: kernels assume that they fit. */
  readonly type: (args: readonly TensorType[], params: P) => TensorType | readonly TensorType[]
  /** Whether the result vanishes by structure when the flagged arguments do. Default: when all do, if the form is linear. */
  readonly vanishes?: (zero: readonly boolean[]) => boolean
}

/** The same elements in the same order; element i from element `map[i]`; or element i added to element `map[i]`. −1: none. */
export type Access =
  | { readonly kind: 'same' }
  | { readonly kind: 'gather'; readonly map: Int32Array }
  | { readonly kind: 'scatterAdd'; readonly map: Int32Array }

interface OwnKernel<P> {
  readonly kernel: (
    args: readonly Tensor[],
    params: P,
    types: readonly TensorType[],
  ) => KernelOutput | readonly KernelOutput[]
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
}

type WithKernel<P> = Common<P> & (OwnKernel<P> | FormulaKernel)

export interface Lowering<P> {
  readonly args: readonly TensorType[]
  readonly type: TensorType
  readonly params: P
}

/** Elementwise: both derivative rules follow from the Wirtinger partials. */
export type ElementwiseForm<P> = Common<P> &
  FormulaKernel & {
    readonly partials: (args: readonly Tensor[], value: Tensor, params: P) => Partials | readonly Partials[]
    /**
     * True if a partial can be infinite at a finite point: a zero seed then still gives zero. 'overflow' if only where numbers
     * overflow: compiled code, which agrees where all values are finite, then takes the plain product.
     */
    readonly poles?: boolean | 'overflow'
  }

/** Real-linear in all arguments together: its own jvp. `adjoint` is taken under Re⟨a, b⟩, one cotangent an argument. */
export type LinearForm<P> = WithKernel<P> & {
  readonly adjoint: (cotangent: Tensor, context: LinearContext<P>) => LazyCotangent | readonly LazyCotangent[]
}

export interface LinearContext<P> {
  readonly args: readonly TensorType[]
  readonly params: P
}

/** Anything else: both rules written out with public functions. Missing tangents and cotangents come as structural zeros. */
export type CustomForm<P> = WithKernel<P> & {
  readonly jvp: (
    args: readonly Tensor[],
    tangents: readonly Tensor[],
    value: readonly Tensor[],
    params: P,
  ) => Tensor | readonly (Tensor | undefined)[]
  readonly vjp: (
    args: readonly Tensor[],
    value: readonly Tensor[],
    cotangents: readonly Tensor[],
    params: P,
  ) => readonly LazyCotangent[]
}

/** Everything that is known of one operation. */
export interface Primitive<P = undefined> extends Common<P>, OwnKernel<P> {
  readonly name: string
  /** One element as scalar code, for elementwise operations. */
  readonly formula?: Formula
  readonly rule:
    | ({ readonly form: 'elementwise' } & Pick<ElementwiseForm<P>, 'partials' | 'poles'>)
    | ({ readonly form: 'linear' } & Pick<LinearForm<P>, 'adjoint'>)
    | ({ readonly form: 'custom' } & Pick<CustomForm<P>, 'jvp' | 'vjp'>)
}

/** Any primitive; the params of a node always fit its own primitive. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential type: a node pairs a primitive with params of its own type
export type AnyPrimitive = Primitive<any>

/** The record of one operation, in one of three forms: `partials` (elementwise), `adjoint` (linear), `jvp` with `vjp`. */
export function definePrimitive<P = undefined>(
  name: string,
  form: ElementwiseForm<P> | LinearForm<P> | CustomForm<P>,
): Primitive<P> {
  const { type } = form
  const computed = {
    name,
    type,
    ...(form.batch && { batch: form.batch }),
    ...('formula' in form ? formulaKernel<P>(form.formula) : kernelOf(form)),
  }
  if ('partials' in form) {
    const { partials, poles = false, vanishes } = form
    return { ...computed, ...(vanishes && { vanishes }), rule: { form: 'elementwise', partials, poles } }
  }
  if ('adjoint' in form) {
    const { adjoint, vanishes = (zero: readonly boolean[]) => zero.every(Boolean) } = form
    return { ...computed, vanishes, rule: { form: 'linear', adjoint } }
  }
  const { jvp, vjp, vanishes } = form
  return { ...computed, ...(vanishes && { vanishes }), rule: { form: 'custom', jvp, vjp } }
}

function kernelOf<P>({ kernel, lower, inner, access }: OwnKernel<P>): OwnKernel<P> {
  return { kernel, ...(lower && { lower }), ...(inner && { inner }), ...(access && { access }) }
}

function formulaKernel<P>(formula: Formula): OwnKernel<P> & FormulaKernel {
  const kernel = elementwiseKernel(formula)
  return {
    formula,
    kernel: (args, params, [type]) => kernel(args, params, type),
    lower: (s, args, lowering) => lowerElementwise(formula, s, args, lowering),
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
