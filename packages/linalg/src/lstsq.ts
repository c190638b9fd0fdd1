import { currentBackend } from '@cad/kernels'
import { add, adjoint, matmul, neg, reshape, sub, toTensor, type Tensor, type TensorLike } from '@cad/core'
import { bind, complexData, definePrimitive, joinDtypes, type Primitive } from '@cad/core/compiler'
import { fromComplex } from './from-complex.ts'
import { dependentColumn } from './full-rank.ts'
import { SingularMatrixError } from './errors.ts'
import { shareFactorization } from './shared-factorization.ts'
import { asColumns, requireMatrix, requireRightSides } from './require-matrix.ts'

/** Q R of A if A is tall or square, else of Aᴴ: m ≥ n, R on and above the diagonal, the reflectors below. */
interface Factorization {
  readonly m: number
  readonly n: number
  readonly QR: Float64Array
  readonly tau: Float64Array
  readonly ofAdjoint: boolean
}

const factorization = shareFactorization(
  'orthogonalize',
  (A) => requireMatrix('lstsq', A, 'For one unknown, reshape it to a column [m, 1].'),
  factorize,
)

function factorize(A: Tensor): Factorization {
  const ofAdjoint = A.shape[0] < A.shape[1]
  const tall = ofAdjoint ? adjoint(A) : A
  const [m, n] = tall.shape
  const QR = complexData(tall).slice()
  const tau = new Float64Array(2 * n)
  currentBackend().geqrf(m, n, QR, tau)
  const dependent = dependentColumn(m, n, QR, n)
  if (dependent < 0) return { m, n, QR, tau, ofAdjoint }
  const line = ofAdjoint ? 'row' : 'column'
  throw new SingularMatrixError(
    `lstsq: A does not have full rank or is not finite: ${line} ${dependent} of ${n} depends on the ${line}s before it, or holds NaN. ` +
      (ofAdjoint
        ? 'Leave that equation out.'
        : 'Leave that unknown out, or regularize: append √λ I to A and zeros to b.'),
  )
}

interface Application {
  /** Apply (A⁺)ᴴ = (Aᴴ)⁺. */
  readonly flipped: boolean
}

const pseudoinverseP: Primitive<Application> = definePrimitive<Application>('pseudoinverse', {
  type: ([A, , B], { flipped }) => {
    const [m, n] = flipped ? [A.shape[1], A.shape[0]] : A.shape
    return { shape: [n, requireRightSides('lstsq', m, B)], dtype: joinDtypes('lstsq', [A, B]) }
  },
  kernel: ([, factor, B], { flipped }, [type]) => {
    const known = factorization.read(factor)
    const apply = known.ofAdjoint === flipped ? leastSquares : minimumNorm
    return fromComplex(apply(known, complexData(B), B.shape[1]), type.dtype)
  },
  vanishes: ([, , B]) => B,

  // X = M⁺B for M = A or Aᴴ, of full rank (Golub and Pereyra 1973):
  //   Ẋ = M⁺(Ḃ − ṀX) + M⁺M⁺ᴴṀᴴ(B − MX) + (I − M⁺M)ṀᴴM⁺ᴴX;  MX = B unless M is tall, M⁺M = I unless it is wide
  jvp: ([A, factor, B], [ADot, , BDot], [X], { flipped }) => {
    const [M, MDot] = flipped ? [adjoint(A), adjoint(ADot)] : [A, ADot]
    const apply = (Y: Tensor): Tensor => pseudoinverse(A, factor, Y, { flipped })
    const applyAdjoint = (Y: Tensor): Tensor => pseudoinverse(A, factor, Y, { flipped: !flipped })
    const first = sub(BDot, matmul(MDot, X))
    const [m, n] = M.shape
    if (m > n) return apply(add(first, applyAdjoint(matmul(adjoint(MDot), sub(B, matmul(M, X))))))
    if (m === n) return apply(first)
    const outside = matmul(adjoint(MDot), applyAdjoint(X))
    return add(apply(sub(first, matmul(M, outside))), outside)
  },

  // Y = M⁺ᴴX̄:  B̄ = Y,  M̄ = −YXᴴ, and for tall M + (B − MX)(M⁺Y)ᴴ, for wide M + (M⁺ᴴX)(X̄ − MᴴY)ᴴ
  vjp: ([A, factor, B], [X], [XBar], { flipped }) => {
    const M = flipped ? adjoint(A) : A
    const Y = pseudoinverse(A, factor, XBar, { flipped: !flipped })
    const [m, n] = M.shape
    const extra = (): Tensor =>
      m > n
        ? matmul(sub(B, matmul(M, X)), adjoint(pseudoinverse(A, factor, Y, { flipped })))
        : matmul(pseudoinverse(A, factor, X, { flipped: !flipped }), adjoint(sub(XBar, matmul(adjoint(M), Y))))
    const MBar = (): Tensor => (m === n ? neg(matmul(Y, adjoint(X))) : sub(extra(), matmul(Y, adjoint(X))))
    return [() => (flipped ? adjoint(MBar()) : MBar()), undefined, Y]
  },
})

const pseudoinverse = (A: Tensor, factor: Tensor, B: Tensor, params: Application): Tensor =>
  bind(pseudoinverseP, [A, factor, B], params)

const upper = { upper: true, unitDiagonal: false }

/** R⁻¹ Qᴴ B: the least-squares solution for right-hand sides B of shape [m, k]. */
function leastSquares({ m, n, QR, tau }: Factorization, B: Float64Array, columns: number): Float64Array {
  const X = B.slice()
  currentBackend().unmqr(m, columns, n, QR, tau, X, true)
  const solution = X.slice(0, 2 * n * columns)
  currentBackend().trtrs(n, QR.subarray(0, 2 * n * n), columns, solution, { ...upper, adjoint: false })
  return solution
}

/** Q R⁻ᴴ B: the minimum-norm solution for right-hand sides B of shape [n, k]. */
function minimumNorm({ m, n, QR, tau }: Factorization, B: Float64Array, columns: number): Float64Array {
  const X = new Float64Array(2 * m * columns)
  X.set(B)
  currentBackend().trtrs(n, QR.subarray(0, 2 * n * n), columns, X.subarray(0, B.length), { ...upper, adjoint: true })
  currentBackend().unmqr(m, columns, n, QR, tau, X, false)
  return X
}

/**
 * Solves A x ≈ b for A of full rank by QR: for tall A the x of least ‖b − A x‖₂, for wide A the solution of least ‖x‖₂. Value
 * and derivatives share one factorization.
 *
 * Full rank means: no column of a tall A (no row of a wide one) lies in the span of those before it, to rounding. The rank is
 * locally constant by declaration.
 *
 * @param A shape [m, n].
 * @param b shape [m] or [m, k], one right-hand side a column, in the unit of A x.
 * @returns x, shape [n] or [n, k].
 * @throws ShapeError if A is not a matrix or b does not fit; SingularMatrixError if A does not have full rank or is not finite.
 * @see Golub and Pereyra (1973), SIAM J. Numer. Anal. 10, 413–432.
 */
export function lstsq(A: TensorLike, b: TensorLike): Tensor {
  const [a, right] = [toTensor(A, 'lstsq'), toTensor(b, 'lstsq')]
  const factor = factorization.of(a)
  const X = pseudoinverse(a, factor, asColumns(a.shape[0], right), { flipped: false })
  return right.shape.length === 1 ? reshape(X, [X.shape[0]]) : X
}
