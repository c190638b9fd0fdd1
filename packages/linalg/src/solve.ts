import { currentBackend } from '@cad/kernels'
import { adjoint, matmul, neg, reshape, sub, toTensor, type Tensor, type TensorLike } from '@cad/core'
import { bind, complexData, definePrimitive, joinDtypes, type Primitive } from '@cad/core/compiler'
import { fromComplex } from './from-complex.ts'
import { SingularMatrixError } from './errors.ts'
import { shareFactorization } from './shared-factorization.ts'
import { asColumns, requireRightSides, requireSquare } from './require-matrix.ts'

/** P A = L U, L and U in one array. */
interface Factorization {
  readonly n: number
  readonly LU: Float64Array
  readonly pivots: Int32Array
}

const factorization = shareFactorization(
  'factor',
  (A) => requireSquare('solve', A, 'For least squares use lstsq.'),
  factorize,
)

function factorize(A: Tensor): Factorization {
  const n = A.shape[0]
  const LU = complexData(A).slice()
  const pivots = new Int32Array(n)
  const singular = currentBackend().getrf(n, LU, pivots)
  if (singular >= 0) {
    throw new SingularMatrixError(
      `solve: A is singular or not finite: pivot ${singular} of ${n} is zero or NaN. ` +
        'Check the model for dependent equations, or use lstsq.',
    )
  }
  return { n, LU, pivots }
}

interface Substitution {
  /** Solve Aᴴ X = B. */
  readonly flipped: boolean
}

const substituteP: Primitive<Substitution> = definePrimitive<Substitution>('substitute', {
  type: ([A, , B]) => {
    requireRightSides('solve', A.shape[0], B)
    return { shape: B.shape, dtype: joinDtypes('solve', [A, B]) }
  },
  kernel: ([, factor, B], { flipped }, [type]) => {
    const { n, LU, pivots } = factorization.read(factor)
    const X = complexData(B).slice()
    currentBackend().getrs(n, LU, pivots, B.shape[1], X, flipped)
    return fromComplex(X, type.dtype)
  },
  vanishes: ([, , B]) => B,

  // A X = B  ⇒  A Ẋ = Ḃ − Ȧ X
  jvp: ([A, factor], [ADot, , BDot], [X], { flipped }) =>
    substitute(A, factor, sub(BDot, matmul(flipped ? adjoint(ADot) : ADot, X)), { flipped }),

  // Re⟨X̄, Ẋ⟩ = Re⟨A⁻ᴴ X̄, Ḃ − Ȧ X⟩  ⇒  B̄ = A⁻ᴴ X̄,  Ā = −B̄ Xᴴ
  vjp: ([A, factor], [X], [XBar], { flipped }) => {
    const BBar = substitute(A, factor, XBar, { flipped: !flipped })
    return [() => neg(flipped ? matmul(X, adjoint(BBar)) : matmul(BBar, adjoint(X))), undefined, BBar]
  },
})

const substitute = (A: Tensor, factor: Tensor, B: Tensor, params: Substitution): Tensor =>
  bind(substituteP, [A, factor, B], params)

/**
 * Solves A X = B for square A by LU with partial pivoting. Value and derivatives share one factorization.
 *
 * @param A shape [n, n].
 * @param B shape [n] or [n, k], one right-hand side a column, in the unit of A X.
 * @param options `adjoint: true` solves Aᴴ X = B.
 * @returns X, of the shape of B.
 * @throws ShapeError if A is not square or B does not fit; SingularMatrixError on a zero pivot.
 * @see Giles (2008), An extended collection of matrix derivative results for forward and reverse mode AD.
 */
export function solve(A: TensorLike, B: TensorLike, options: { readonly adjoint?: boolean } = {}): Tensor {
  const [a, b] = [toTensor(A, 'solve'), toTensor(B, 'solve')]
  const factor = factorization.of(a)
  return reshape(substitute(a, factor, asColumns(a.shape[0], b), { flipped: options.adjoint === true }), b.shape)
}
