import { add, neg, sub, type Tensor, type TensorType } from '@cad/core'
import { sumTo } from '@cad/core/compiler'

/** A(θ), real-linear in its tensors θ: dense, triangular, Hermitian, banded, sparse. Written with public functions, for stacks. */
export interface MatrixOf<P> {
  /** Trailing axes of each θ that belong to one matrix. */
  readonly ranks: readonly number[]
  /** [rows, columns] of one. */
  readonly shape: (theta: readonly TensorType[], params: P) => readonly [rows: number, columns: number]
  /** A(θ) X, or A(θ)ᴴ X; of a unit diagonal that is not read, without it: what is linear in θ. */
  readonly product: (theta: readonly Tensor[], X: Tensor, flipped: boolean, params: P) => Tensor
  /** θ̄ of Re⟨Y, A(θ) X⟩, or of Re⟨Y, A(θ)ᴴ X⟩: for a dense A this is Y Xᴴ, or X Yᴴ; for a sparse one its stored entries alone. */
  readonly outer: (
    Y: Tensor,
    X: Tensor,
    at: { readonly theta: readonly Tensor[]; readonly flipped: boolean; readonly params: P },
  ) => readonly (() => Tensor)[]
}

/** What stands at one application X = M⁺ B of a solver, M = A(θ), or A(θ)ᴴ if `flipped`. */
export interface Application<P> {
  readonly theta: readonly Tensor[]
  readonly B: Tensor
  readonly X: Tensor
  readonly flipped: boolean
  readonly params: P
  /** M tall (more rows than columns) or wide of full rank, or square and regular. */
  readonly kind: 'square' | 'tall' | 'wide'
  /** M⁺ Y, or M⁺ᴴ Y. */
  readonly inverse: (Y: Tensor, adjoint: boolean) => Tensor
}

/**
 * The derivative rules of a linear solver, X = M⁺ B (Golub and Pereyra 1973):
 *
 *   Ẋ = M⁺(Ḃ − ṀX) + M⁺M⁺ᴴṀᴴ(B − MX) + (I − M⁺M)ṀᴴM⁺ᴴX;   MX = B unless M is tall, M⁺M = I unless it is wide
 *   B̄ = M⁺ᴴX̄,   M̄ = −B̄Xᴴ, and for tall M + (B − MX)(M⁺B̄)ᴴ, for wide M + (M⁺ᴴX)(X̄ − MᴴB̄)ᴴ
 *
 * @see Golub and Pereyra (1973), SIAM J. Numer. Anal. 10, 413–432.
 */
export class AppliedMatrix<P> {
  readonly #matrix: MatrixOf<P>
  readonly #at: Application<P>

  constructor(matrix: MatrixOf<P>, at: Application<P>) {
    this.#matrix = matrix
    this.#at = at
  }

  inverse(Y: Tensor, adjoint = false): Tensor {
    return this.#at.inverse(Y, adjoint)
  }

  /** δ of Ẋ = M⁺(Ḃ + δ) + …: −ṀX, and what a residual of B or a part outside of the row space adds. */
  shift(dots: readonly Tensor[]): Tensor {
    const { theta, B, X, kind } = this.#at
    const first = neg(this.#product(dots, X))
    if (kind === 'square') return first
    if (kind === 'wide') return sub(first, this.#product(theta, this.#outward(dots)))
    const residual = sub(B, this.#product(theta, X))
    return add(first, this.inverse(this.#product(dots, residual, true), true))
  }

  /** What Ẋ has beside M⁺(Ḃ + δ): ṀᴴM⁺ᴴX of a wide M, whose part in the row space δ takes away again. */
  rest(dots: readonly Tensor[]): Tensor | undefined {
    return this.#at.kind === 'wide' ? this.#outward(dots) : undefined
  }

  /** θ̄, for a cotangent of X and the one that B has of it. */
  cotangents(XBar: Tensor, BBar: () => Tensor): readonly (() => Tensor)[] {
    const { theta, B, X, kind } = this.#at
    // B̄ is summed where B was broadcast over a stack; here each matrix needs its own.
    const Y = haveSameLeading(XBar, B) ? BBar : once(() => this.inverse(XBar, true))
    const first = once(() => this.#outer(neg(Y()), X)) // −B̄ is smaller than Ā
    const more = kind === 'square' ? undefined : once(() => this.#more(XBar, Y()))
    return theta.map(({ shape }, k) => () => {
      const own = first()[k]()
      return sumTo(more === undefined ? own : add(own, more()[k]()), shape)
    })
  }

  #more(XBar: Tensor, Y: Tensor): readonly (() => Tensor)[] {
    const { theta, B, X, kind } = this.#at
    if (kind === 'tall') return this.#outer(sub(B, this.#product(theta, X)), this.inverse(Y))
    return this.#outer(this.inverse(X, true), sub(XBar, this.#product(theta, Y, true)))
  }

  #outward(dots: readonly Tensor[]): Tensor {
    return this.#product(dots, this.inverse(this.#at.X, true), true)
  }

  /** M Y for M made of these tensors, or Mᴴ Y. */
  #product(tensors: readonly Tensor[], Y: Tensor, adjoint = false): Tensor {
    const { flipped, params } = this.#at
    return this.#matrix.product(tensors, Y, flipped !== adjoint, params)
  }

  #outer(Y: Tensor, Z: Tensor): readonly (() => Tensor)[] {
    return this.#matrix.outer(Y, Z, this.#at)
  }
}

/** Whether two stacks of matrices are of the same shape. */
const haveSameLeading = ({ shape: a }: TensorType, { shape: b }: TensorType): boolean =>
  a.length === b.length && a.every((length, axis) => axis >= a.length - 2 || length === b[axis])

const once = <T>(compute: () => T): (() => T) => {
  let known: { readonly value: T } | undefined
  return () => (known ??= { value: compute() }).value
}
