import { toTensor, type Tensor, type TensorLike } from '@cad/core'

/** Tensors in, one tensor or several out. */
export type Operation = (...args: Tensor[]) => TensorLike | readonly TensorLike[]

/** Names of the checks; a case may be exempt from one, with the reason. */
export type CheckName = 'rule' | 'types' | 'real seeds' | 'zero seeds' | 'Jacobian' | 'compiled' | 'vmap' | 'same'

/** Bounds other than those of every case, and why. */
export interface Bounds {
  readonly because: string
  /** Of derivatives that `checkRule` looks at; 2 unless told otherwise. */
  readonly order?: 1 | 2
  /** Of what `checkRule` finds without differences. */
  readonly identity?: number
  /** Of what `checkRule` finds by differences. */
  readonly difference?: number
  /** Of compiled against eager code, relative to numbers above 1. */
  readonly compiled?: number
  /** Of `vmap` against the examples one by one, relative to numbers above 1. */
  readonly vmap?: number
}

/** What is special about a case or a variant of it. */
export interface Allowance {
  readonly bounds?: Bounds
  /** Checks that do not hold, and why. */
  readonly except?: Partial<Record<CheckName, string>>
}

/** A point, for the function of the case or another one made of it. */
export interface Variant extends Allowance {
  readonly f?: Operation
  readonly args: readonly TensorLike[]
}

/** A point of which a row of the docs shows the slope: arguments, the number of the one that is varied, what is said of the point. */
export interface ZeroPoint {
  readonly at: readonly TensorLike[]
  readonly along: number
  readonly label: string
}

/** What the row in the docs is made from. */
export interface Row {
  readonly f?: Operation
  readonly args: readonly TensorLike[]
  /** Default: each argument at 0 with the others at 1 for elementwise operations, else all at 0. */
  readonly zeros?: readonly ZeroPoint[]
  /** Of the tensor arguments, where they are not the first parameters. */
  readonly names?: readonly string[]
}

/** An export of a package that computes tensors from tensors: its checks and its row in the docs come from here. */
export interface FunctionCase extends Allowance {
  /** The name under which it is exported. */
  readonly name: string
  readonly f: Operation
  /** Points by what is special about them, as in 'real with complex'; '' for the only one. */
  readonly variants: Readonly<Record<string, readonly TensorLike[] | Variant>>
  /** Default: the first variant. */
  readonly row?: Row
  /** Another way to compute the same. */
  readonly same?: Operation
}

/** One variant of a case, as the checks take it: a list of tensors in, a list out. */
export interface Point {
  readonly name: string
  readonly f: (xs: readonly Tensor[]) => readonly Tensor[]
  readonly same: ((xs: readonly Tensor[]) => readonly Tensor[]) | undefined
  readonly args: readonly Tensor[]
  readonly bounds: Required<Omit<Bounds, 'because'>>
  readonly except: Partial<Record<CheckName, string>>
}

/**
 * The bounds of every case. Data lie within a distance 3 from the origin, away from poles: five-point differences reach 1e-9 or
 * better. Compiled code adds and multiplies the same numbers in another order, some ten operations deep; `vmap` computes the same
 * for each element, but for sums that a kernel may order in another way.
 */
const usual = { order: 2, identity: 1e-12, difference: 1e-8, compiled: 1e-13, vmap: 1e-14 } as const

/** All points of a table. */
export function pointsOf(table: readonly FunctionCase[]): Point[] {
  return table.flatMap(({ name, f, variants, same, bounds, except }) =>
    entriesOf(name, variants).map(([label, found]) => {
      const variant: Variant = 'args' in found ? found : { args: found }
      return {
        name: label === '' ? name : `${name}, ${label}`,
        f: onLists(variant.f ?? f),
        same: same && onLists(same),
        args: variant.args.map((x) => toTensor(x)),
        bounds: { ...usual, ...bounds, ...variant.bounds },
        except: { ...except, ...variant.except },
      }
    }),
  )
}

function entriesOf(name: string, variants: FunctionCase['variants']): [string, readonly TensorLike[] | Variant][] {
  const entries = Object.entries(variants)
  if (entries.length === 0) throw new Error(`the case ${name} has no variants. Give it a point.`)
  return entries
}

/** The same function of a list of tensors, with a list of tensors as value. */
const onLists =
  (f: Operation) =>
  (xs: readonly Tensor[]): readonly Tensor[] => {
    const y = f(...xs)
    return (isList(y) ? y : [y]).map((part) => toTensor(part))
  }

const isList = (y: TensorLike | readonly TensorLike[]): y is readonly TensorLike[] => Array.isArray(y)
