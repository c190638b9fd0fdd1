import { DtypeError } from '../errors.ts'
import { linearize, type Linearization } from './linearize.ts'
import { add, mul, sub } from '../ops/arithmetic.ts'
import { complex, conj } from '../ops/conjugation.ts'
import { zeros } from '../ops/creation.ts'
import { stack } from '../ops/joining.ts'
import { reshape } from '../ops/shape.ts'
import { describeValue, lengthOf, Tensor, toTensor, zerosOfType, type TensorLike, type TensorType } from '../tensor.ts'
import { flatten, unflatten, type Loose } from '../tree.ts'

/** ∂f/∂z and ∂f/∂z̄, each of shape [...out, ...in]. */
export interface WirtingerPair {
  readonly dz: Tensor
  readonly dzbar: Tensor
}

/** One array for a real argument, the pair for a complex one. */
export type Jacobian = Tensor | WirtingerPair

/** A tree with the Jacobian by each leaf in its place. */
export type JacobianTree<X, J> = X extends Tensor ? J : { [K in keyof X]: JacobianTree<X[K], J> }

/** How a Jacobian is assembled: from tangents, column by column, or from cotangents, row by row. */
export interface JacobianMode {
  readonly name: 'forward' | 'reverse'
  /** How many passes it takes for these inputs and this output. */
  readonly passes: (inputs: readonly TensorType[], output: TensorType) => number
  readonly assemble: (recorded: Recorded) => Jacobian[]
}

/** One recorded run of f at leaves `inputs`. */
export interface Recorded {
  readonly inputs: readonly Tensor[]
  readonly linearization: Linearization<readonly Tensor[], Tensor>
}

const numbersIn = (types: readonly TensorType[]): number => types.reduce((sum, type) => sum + lengthOf(type), 0)

/** One jvp for every real number of the input: f_z = ½(jvp(1) − i jvp(i)), f_z̄ = ½(jvp(1) + i jvp(i)). */
export const forwardMode: JacobianMode = {
  name: 'forward',
  passes: (inputs) => numbersIn(inputs),
  assemble: ({ inputs, linearization: { value, pushforward } }) => {
    const along = (k: number, j: number, part: 0 | 1): Tensor =>
      pushforward(inputs.map((x, i) => (i === k ? unitTensor(x, j, part) : zerosOfType(x))))
    const assembled = (x: Tensor, columns: readonly Tensor[]): Tensor =>
      joined(columns, { axis: value.shape.length, shape: [...value.shape, ...x.shape], dtype: value.dtype })
    return inputs.map((x, k) => {
      const byReal = assembled(x, indices(x.size).map((j) => along(k, j, 0))) // prettier-ignore
      if (x.dtype === 'float64') return byReal
      return pairOf(byReal, assembled(x, indices(x.size).map((j) => along(k, j, 1)))) // prettier-ignore
    })
  },
}

/** One vjp for every real number of the output: conj f_z = ½(vjp(1) − i vjp(i)), f_z̄ = ½(vjp(1) + i vjp(i)). */
export const reverseMode: JacobianMode = {
  name: 'reverse',
  passes: (_, output) => lengthOf(output),
  assemble: ({ inputs, linearization: { value, pullback } }) => {
    const rowsOf = (part: 0 | 1): (readonly Tensor[])[] =>
      indices(value.size).map((j) => pullback(unitTensor(value, j, part)))
    const [ofReal, ofImaginary] = [rowsOf(0), value.dtype === 'complex128' ? rowsOf(1) : undefined]
    return inputs.map((x, k) => {
      const assembled = (rows: readonly (readonly Tensor[])[]): Tensor =>
        joined(rows.map((row) => row[k]), { axis: 0, shape: [...value.shape, ...x.shape], dtype: x.dtype }) // prettier-ignore
      const [by1, byI] = [assembled(ofReal), ofImaginary && assembled(ofImaginary)]
      if (x.dtype === 'float64') return byI === undefined ? by1 : complex(by1, byI)
      if (byI === undefined) return { dz: mul(0.5, conj(by1)), dzbar: mul(0.5, by1) }
      const { dz, dzbar } = pairOf(by1, byI)
      return { dz: conj(dz), dzbar }
    })
  },
}

/** ½(a − ib) and ½(a + ib). */
function pairOf(a: Tensor, b: Tensor): WirtingerPair {
  const ib = mul(complex(0, 1), b)
  return { dz: mul(0.5, sub(a, ib)), dzbar: mul(0.5, add(a, ib)) }
}

const indices = (n: number): number[] => [...Array(n).keys()]

interface Assembly extends TensorType {
  readonly axis: number
}

function joined(parts: readonly Tensor[], { axis, shape, dtype }: Assembly): Tensor {
  if (parts.length === 0) return zeros(shape, { dtype: dtype === 'complex128' ? dtype : 'float64' })
  return reshape(stack(parts, { axis }), shape)
}

/** 1 (part 0) or i (part 1) at element j, 0 elsewhere. */
function unitTensor(type: TensorType, j: number, part: 0 | 1): Tensor {
  const data = new Float64Array(lengthOf(type))
  data[type.dtype === 'complex128' ? 2 * j + part : j] = 1
  return new Tensor(type.shape, type.dtype, data)
}

/** Options of `jacobian` and `wirtinger`; without a mode the one with fewer passes is taken. */
export interface JacobianOptions {
  readonly mode?: JacobianMode
}

/**
 * The Jacobian of f with respect to its first argument, each array of shape [...out, ...in]: for a real argument ∂f/∂x, for a
 * complex one the pair { dz: ∂f/∂z, dzbar: ∂f/∂z̄ }, df = f_z dz + f_z̄ conj(dz). For a tree, the tree of the Jacobians by its
 * leaves. f runs once and gives one tensor; further arguments are constants. `mode` is `forwardMode` or `reverseMode`.
 *
 * @throws DtypeError if f gives a tree: join its parts with `stack` or `concat`.
 */
export function jacobian<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => TensorLike,
  options?: JacobianOptions,
): (x: TensorLike, ...rest: R) => Jacobian
export function jacobian<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
  options?: JacobianOptions,
): (x: Loose<X>, ...rest: R) => JacobianTree<X, Jacobian>
export function jacobian<X, R extends readonly unknown[]>(
  f: (x: X, ...rest: R) => TensorLike,
  options: JacobianOptions = {},
): (x: Loose<X>, ...rest: R) => JacobianTree<X, Jacobian> {
  return (x, ...rest) => jacobianTree('jacobian', (own: X) => f(own, ...rest), x, options)
}

/** The Jacobian by every leaf of x, as a tree, from one recorded run. */
export function jacobianTree<X, J>(
  caller: string,
  f: (x: X) => TensorLike,
  x: unknown,
  { mode }: JacobianOptions,
): JacobianTree<X, J> {
  const { leaves, structure } = flatten(x, caller)
  const apply = (own: readonly Tensor[]): Tensor => oneTensor(caller, f(unflatten(structure, own) as X))
  const linearization = linearize(apply)(leaves)
  const chosen = mode ?? fewerPasses(leaves, linearization.value)
  return unflatten(structure, chosen.assemble({ inputs: leaves, linearization })) as JacobianTree<X, J>
}

const fewerPasses = (inputs: readonly Tensor[], output: Tensor): JacobianMode =>
  forwardMode.passes(inputs, output) <= reverseMode.passes(inputs, output) ? forwardMode : reverseMode

function oneTensor(caller: string, y: unknown): Tensor {
  if (y instanceof Tensor || typeof y !== 'object' || y === null || 're' in y) return toTensor(y as TensorLike, caller)
  throw new DtypeError(
    `${caller}: the function must give one tensor, got ${describeValue(y)}. Join its parts with stack or concat.`,
  )
}
