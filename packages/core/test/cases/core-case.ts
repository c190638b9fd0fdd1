import type { Complex, Nested, Tensor, TensorLike } from '@cad/core'
import type { FunctionCase, Operation } from '@cad/testing'

/** [re, im] */
export type Pair = readonly [number, number]

/** A function of one number, made of an operation; what is known of it at special points. Everything but f may be left out. */
export interface Section {
  readonly f: (z: TensorLike) => Tensor
  /** It takes real numbers alone. */
  readonly onlyReal?: true
  /** Where a real argument has a real value; default: everywhere. */
  readonly realWhere?: (x: number) => boolean
  /** The function of `Math` that it is for real arguments, to the last digit. */
  readonly ofReal?: (x: number) => number
  /** For the real arguments ∞ and −∞. */
  readonly limits?: Pair
  /** It does not always hand NaN on: never, or not from the imaginary part. */
  readonly dropsNaN?: 'always' | 'from the imaginary part'
  /** It gives ones and zeros, NaN or not. */
  readonly isMask?: true
  /** Where it is not smooth at 0: its derivative there is 0 by convention, or infinite. */
  readonly slopeAtZero?: 'by convention' | 'infinite'
  /** Points on its branch cuts: the sign of their zero part chooses the side. */
  readonly cuts?: readonly Pair[]
  /** Branch points and poles with their values; the derivative there is infinite. */
  readonly singular?: readonly { readonly at: Complex; readonly value: Pair }[]
  /** It stands in fixtures/extreme-points.json under the name of the section. */
  readonly extremes?: {
    /** It is also there at infinite points, and oscillates towards infinity along this part of z. */
    readonly atInfinity?: { readonly oscillatesIn?: 're' | 'im' }
  }
}

/** An operation, a transformation or a value of an option, with its checks, its points and its row in docs/operations.md. */
export interface CoreCase extends FunctionCase {
  /** Default: an operation. A transformation has a short row, a value of an option none. */
  readonly kind?: 'transformation' | 'option'
  /** The functions of one number that it gives, by name. */
  readonly sections?: Readonly<Record<string, Section>>
  /** Functions with values and Wirtinger derivatives in fixtures/elementwise.json, by their names there. */
  readonly reference?: Readonly<Record<string, (z: TensorLike) => Tensor>>
  /** Calls with values and gradients in fixtures/arrays.json, by their names there. */
  readonly arrayReference?: Readonly<Record<string, Operation>>
}

/** A function without a tensor argument: there is nothing to differentiate. */
export interface CreationCase {
  readonly name: string
  readonly kind: 'creation'
  readonly create: () => Tensor
  readonly value: Nested
}
