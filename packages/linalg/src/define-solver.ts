import type { Tensor } from '@cad/core'
import {
  bind,
  definePrimitive,
  joinDtypes,
  overStacks,
  sumTo,
  typesOfOne,
  type Plain,
  type Primitive,
  type RuleContext,
} from '@cad/core/compiler'
import { AppliedMatrix, type MatrixOf } from './applied-matrix.ts'
import { requireRightSides } from './require-matrix.ts'
import type { SharedFactorization } from './shared-factorization.ts'

export type { MatrixOf } from './applied-matrix.ts'

export interface SolverRecord<T, P extends Plain> {
  readonly factorization: SharedFactorization<T, P>
  readonly matrix: MatrixOf<P>
  /** A of full rank, of any shape: X = A⁺ B, and Golub and Pereyra's terms come in. Else A is square and regular. */
  readonly pseudo?: boolean
  /** The numbers of A⁻¹ B, or of A⁻ᴴ B, for one matrix; throws in the caller's words where the factorization holds a defect. */
  readonly apply: (
    caller: string,
    factor: T,
    B: Tensor,
    at: { readonly flipped: boolean; readonly params: P },
  ) => Float64Array
}

/** Solves A(θ) X = B, or A(θ)ᴴ X = B if `flipped`, for B of shape [..., rows, k]; leading axes broadcast. */
export type Solver<P extends Plain> = (
  caller: string,
  theta: readonly Tensor[],
  B: Tensor,
  options: { readonly flipped: boolean; readonly params: P },
) => Tensor

type Application<P> = { readonly caller: string; readonly flipped: boolean; readonly params: P }

/**
 * A linear solver as a primitive of θ, the handle of its factorization, and B, real-linear in B. One rule for all of them: with
 * M = A(θ) or A(θ)ᴴ,
 *
 *   M X = B  ⇒  Ẋ = M⁻¹(Ḃ − Ṁ X),   B̄ = M⁻ᴴ X̄,   M̄ = −B̄ Xᴴ, which `outer` gives in terms of θ
 *
 * and more terms where M is tall or wide; see `AppliedMatrix`.
 */
export function defineSolver<T, P extends Plain = undefined>(name: string, record: SolverRecord<T, P>): Solver<P> {
  const { factorization, matrix, pseudo = false, apply } = record
  const stacked = overStacks<Application<P>>(({ caller }) => caller, {
    ranks: [...matrix.ranks, 0, 2],
    type: (args, { caller, flipped, params }) => {
      const [theta, B] = [args.slice(0, -2), args[args.length - 1]]
      const [rows, columns] = sizeOf(matrix.shape(theta, params), flipped)
      return { shape: [columns, requireRightSides(caller, rows, B)], dtype: joinDtypes(caller, [...theta, B]) }
    },
    kernel: (args, { caller, flipped, params }) => {
      const [factor] = factorization.read(args[args.length - 2])
      return apply(caller, factor, args[args.length - 1], { flipped, params })
    },
  })
  /** M⁺ Y, or M⁺ᴴ Y: θ and the handle are those of this application. */
  const inverse = (
    { args, params: { caller, flipped, params } }: RuleContext<Application<P>>,
    Y: Tensor,
    adjoint: boolean,
  ): Tensor => bind(solverP, args.with(args.length - 1, Y), { caller, flipped: flipped !== adjoint, params })
  const applied = (at: RuleContext<Application<P>>): AppliedMatrix<P> => {
    const { flipped, params } = at.params
    const theta = at.args.slice(0, -2)
    return new AppliedMatrix<P>(matrix, {
      theta,
      B: at.args[at.args.length - 1],
      X: at.value[0],
      flipped,
      params,
      kind: pseudo ? kindOf(sizeOf(matrix.shape(typesOfOne(theta, matrix.ranks), params), flipped)) : 'square',
      inverse: (Y, adjoint) => inverse(at, Y, adjoint),
    })
  }
  const inBAlone = [...matrix.ranks.map(() => false), false, true]
  const solverP: Primitive<Application<P>> = definePrimitive<Application<P>>(name, {
    ...stacked,
    holomorphic: true,
    linearIn: () => inBAlone,
    adjoint: ([XBar], at) => [() => sumTo(inverse(at, XBar, true), at.args[at.args.length - 1].shape)],
    shift: (tangents, at) => [applied(at).shift(tangents.slice(0, -1))],
    jvp: (tangents, at) => [pseudo ? applied(at).rest(tangents.slice(0, -1)) : undefined],
    vjp: ([XBar], [BBar], at) => [...applied(at).cotangents(XBar, BBar), undefined],
  })
  return (caller, theta, B, { flipped, params }) =>
    bind(solverP, [...theta, factorization.of(caller, theta, params), B], { caller, flipped, params })
}

const kindOf = ([rows, columns]: readonly [number, number]): 'square' | 'tall' | 'wide' =>
  rows === columns ? 'square' : rows > columns ? 'tall' : 'wide'

const sizeOf = ([rows, columns]: readonly [number, number], flipped: boolean): readonly [number, number] =>
  flipped ? [columns, rows] : [rows, columns]
