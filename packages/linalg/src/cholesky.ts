import { routinesFor } from '@cad/kernels'
import { add, adjoint, eye, matmul, mul, NumericalError, real, toTensor, type Tensor, type TensorLike } from '@cad/core'
import { bind, definePrimitive, overStacks, type Primitive } from '@cad/core/compiler'
import { fieldOf } from './field.ts'
import { requireSquare } from './require-matrix.ts'
import { lowerHalf, tril } from './triangle.ts'
import { triangularSolve } from './triangular-solve.ts'

/** A matrix that is not Hermitian positive definite, where the operation needs one. */
export class NotPositiveDefiniteError extends NumericalError {}

const choleskyP: Primitive = definePrimitive('cholesky', {
  ...overStacks('cholesky', {
    ranks: [2],
    type: ([A]) => {
      requireSquare('cholesky', A, 'For a factorization of any matrix use qr.')
      return A
    },
    kernel: ([A]) => factorize(A),
  }),

  // A = L Lᴴ  ⇒  L⁻¹ȦL⁻ᴴ = L⁻¹L̇ + (L⁻¹L̇)ᴴ, and L⁻¹L̇ is lower with a real diagonal:  L̇ = L Φ(L⁻¹ȦL⁻ᴴ), Φ halves the diagonal
  jvp: (_, [ADot], [L]) => matmul(L, lowerHalf(between(L, hermitianOf(ADot), false))),

  // Re⟨L̄, L Φ(M)⟩ = Re⟨Φ(LᴴL̄), M⟩, M = L⁻¹ȦL⁻ᴴ Hermitian:  G = L⁻ᴴ Φ(LᴴL̄) L⁻¹,  Ā = the Hermitian part of G as the lower triangle has it
  vjp: (_, [L], [LBar]) => [
    () => {
      const G = between(L, lowerHalf(matmul(adjoint(L), LBar)), true)
      const H = mul(0.5, add(G, adjoint(G)))
      return add(mul(2, tril(H, { offset: -1 })), realDiagonal(H))
    },
  ],
})

/** L⁻¹ X L⁻ᴴ, or L⁻ᴴ X L⁻¹ if `flipped`. */
function between(L: Tensor, X: Tensor, flipped: boolean): Tensor {
  const left = (Y: Tensor): Tensor => triangularSolve(L, Y, { upper: false, adjoint: flipped })
  return adjoint(left(adjoint(left(X))))
}

const realDiagonal = (X: Tensor): Tensor => mul(eye(X.shape.at(-1)!), real(X))

/** The Hermitian matrix whose lower triangle is that of X. */
function hermitianOf(X: Tensor): Tensor {
  const below = tril(X, { offset: -1 })
  return add(add(below, adjoint(below)), realDiagonal(X))
}

function factorize(A: Tensor): Float64Array {
  const n = A.shape[0]
  const L = A.data.slice()
  const failed = routinesFor(fieldOf(A)).potrf(n, L)
  if (failed < 0) return L
  throw new NotPositiveDefiniteError(
    `cholesky: A must be Hermitian positive definite, got a leading block of ${failed + 1} × ${failed + 1} (of ${n}) that is not, or not finite. ` +
      'Check its symmetry and units, add a multiple of the identity, or use solve or qr.',
  )
}

/**
 * The Cholesky factorization A = L Lᴴ of a Hermitian positive definite matrix: L is lower triangular and its diagonal real and
 * positive, which fixes every phase. For stacks of matrices, each.
 *
 * Only the lower triangle of A is read, and of its diagonal the real parts; the gradient is zero elsewhere.
 *
 * @param A shape [..., n, n].
 * @returns L, of the shape of A, in the square root of its unit.
 * @throws ShapeError if A is not square; NotPositiveDefiniteError if it is not positive definite or not finite.
 * @see Murray (2016), arXiv:1602.07527, for the rules.
 */
export const cholesky = (A: TensorLike): Tensor => bind(choleskyP, [toTensor(A, 'cholesky')], undefined)
