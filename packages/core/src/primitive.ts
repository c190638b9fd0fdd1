/** Types of what is known of one operation; `definePrimitive` makes such records. */
import type { FinitenessRule } from './finiteness.ts'
import type { Plain } from './identity.ts'
import type { Pair } from './scalar/complex-scalar.ts'
import type { Formula } from './scalar/elementwise.ts'
import type { ScalarProgram } from './scalar/scalar-program.ts'
import type { Opaque, Shape, Tensor, TensorType } from './tensor.ts'

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

/** Numbers for a tensor output, a handle for an opaque one. */
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
  /** The primitive itself, for a rule that applies it to stacks. */
  // oxlint-disable-next-line typescript/no-explicit-any -- its params are P, which need not be plain here
  readonly primitive: Primitive<any>
  /** Which arguments hold the examples along a new first axis; the others are the same for all. */
  readonly batched: readonly boolean[]
  /** Number of examples. */
  readonly size: number
  /** The arguments of one example. */
  readonly types: readonly TensorType[]
  readonly params: P
}

/** The same elements in the same order; element i from element `map[i]`; or element i added to element `map[i]`. −1: none. */
export type Access =
  | { readonly kind: 'same' }
  | { readonly kind: 'gather'; readonly map: Int32Array }
  | { readonly kind: 'scatterAdd'; readonly map: Int32Array }

/** Cheaper forms that the simplifier of the compiler knows; undefined where there is none. */
export interface Rewrites {
  /** A B for thin B as sums of gathered elements of B, if A is made of sparse constants. */
  readonly thinProduct: (A: Tensor, B: Tensor) => Tensor | undefined
  /** The sum of all elements of x, of shape `shape`, if x = C ∘ (u v): the outer product is never formed. */
  readonly sumOfOuterProduct: (x: Tensor, shape: Shape) => Tensor | undefined
}

export interface Lowering<P> {
  readonly args: readonly TensorType[]
  /** Of the first result. */
  readonly type: TensorType
  readonly params: P
}

/** Arguments, results and params of the application that a rule belongs to. */
export interface RuleContext<P> {
  readonly args: readonly Tensor[]
  readonly value: readonly Tensor[]
  readonly params: P
}

/** As `RuleContext`, for a map whose adjoint needs types alone. */
export interface LinearContext<P> {
  readonly args: readonly TensorType[]
  readonly params: P
}

/** How a result depends on the arguments; see the forms in `define-primitive.ts`. */
export type Rule<P> =
  | {
      readonly form: 'elementwise'
      readonly partials: (args: readonly Tensor[], value: Tensor, params: P) => readonly Partials[]
    }
  | {
      readonly form: 'linear'
      readonly adjoint: (cotangent: Tensor, context: LinearContext<P>) => readonly LazyCotangent[]
    }
  | {
      readonly form: 'linearIn'
      readonly linearIn: (inputs: number, params: P) => readonly boolean[]
      readonly adjoint: (cotangents: readonly Tensor[], at: RuleContext<P>) => readonly LazyCotangent[]
      readonly shift?: (tangents: readonly Tensor[], at: RuleContext<P>) => readonly Tensor[]
      readonly jvp?: (tangents: readonly Tensor[], at: RuleContext<P>) => readonly (Tensor | undefined)[]
      readonly vjp: (
        cotangents: readonly Tensor[],
        linear: readonly (() => Tensor)[],
        at: RuleContext<P>,
      ) => readonly LazyCotangent[]
    }
  | {
      readonly form: 'custom'
      readonly jvp: (
        args: readonly Tensor[],
        tangents: readonly Tensor[],
        value: readonly Tensor[],
        params: P,
      ) => readonly (Tensor | undefined)[]
      readonly vjp: (
        args: readonly Tensor[],
        value: readonly Tensor[],
        cotangents: readonly Tensor[],
        params: P,
      ) => readonly LazyCotangent[]
    }

/** Everything that is known of one operation. Results, cotangents and the like are lists here, of the right length. */
export interface Primitive<P extends Plain = undefined> {
  readonly name: string
  /** Shape and dtype of each result. Checks the arguments: kernels assume that they fit. */
  readonly type: (args: readonly TensorType[], params: P) => readonly TensorType[]
  readonly kernel: (args: readonly Tensor[], params: P, types: readonly TensorType[]) => readonly KernelOutput[]
  readonly rule: Rule<P>
  /** One element as scalar code, for elementwise operations. */
  readonly formula?: Formula
  /** The same as scalar code, element by element, for each result. */
  readonly lower?: (
    s: ScalarProgram,
    args: readonly (readonly Pair[])[],
    lowering: Lowering<P>,
  ) => readonly (readonly Pair[])[]
  readonly access?: (params: P) => Access
  readonly inner?: (params: P) => Graph | undefined
  readonly batch?: (args: readonly Tensor[], batch: Batch<P>) => readonly Tensor[] | undefined
  readonly vanishes?: (zero: readonly boolean[], params: P) => boolean
  readonly simplify?: (
    args: readonly Tensor[],
    params: P,
    rewrites: Rewrites,
    types: readonly TensorType[],
  ) => readonly Tensor[] | undefined
  readonly holomorphic?: boolean
  readonly finiteness?: FinitenessRule<P>
}

/** Any primitive; the params of a node always fit its own primitive. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential type: a node pairs a primitive with params of its own type
export type AnyPrimitive = Primitive<any>
