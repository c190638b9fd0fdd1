import { routinesFor } from '@cad/kernels'
import { adjoint, toTensor, type Tensor, type TensorLike } from '@cad/core'
import { defineSolver } from './define-solver.ts'
import { denseMatrix } from './dense-matrix.ts'
import { SingularMatrixError } from './errors.ts'
import { fieldOf, rightSides, type Field } from './field.ts'
import { dependentColumn } from './require-full-rank.ts'
import { asColumns, fromColumns, requireMatrix } from './require-matrix.ts'
import { shareFactorization } from './shared-factorization.ts'

/** Q R of A if A is tall or square, else of Aᴴ: m ≥ n, R on and above the diagonal, the reflectors below. */
interface Factorization {
  readonly field: Field
  readonly m: number
  readonly n: number
  readonly QR: Float64Array
  readonly tau: Float64Array
  readonly ofAdjoint: boolean
  /** The first column (of Aᴴ a row of A) that depends on those before it, −1 if there is none. */
  readonly dependent: number
}

const factorization = shareFactorization<Factorization>('orthogonalize', {
  ranks: [2],
  check: (caller, [A]) => void requireMatrix(caller, A, 'For one unknown, reshape it to a column [m, 1].'),
  factorize: ([A]) => {
    const field = fieldOf(A)
    const { geqrf, width } = routinesFor(field)
    const ofAdjoint = A.shape[0] < A.shape[1]
    const tall = ofAdjoint ? adjoint(A) : A
    const [m, n] = tall.shape
    const QR = tall.data.slice()
    const tau = new Float64Array(width * n)
    geqrf(m, n, QR, tau)
    return { field, m, n, QR, tau, ofAdjoint, dependent: dependentColumn(m, n, { R: QR, columns: n, width }) }
  },
})

function requireIndependent(caller: string, { n, ofAdjoint, dependent }: Factorization): void {
  if (dependent < 0) return
  const line = ofAdjoint ? 'row' : 'column'
  throw new SingularMatrixError(
    `${caller}: A does not have full rank or is not finite: ${line} ${dependent} of ${n} depends on the ${line}s before it, or holds NaN. ` +
      (ofAdjoint
        ? 'Leave that equation out.'
        : 'Leave that unknown out, or regularize: append √λ I to A and zeros to b.'),
  )
}

const solvePseudo = defineSolver<Factorization>('pseudoinverse', {
  factorization,
  matrix: denseMatrix,
  pseudo: true,
  apply: (caller, factor, B, { flipped }) => {
    requireIndependent(caller, factor)
    return (factor.ofAdjoint === flipped ? leastSquares : minimumNorm)(factor, B)
  },
})

const upper = { upper: true, unitDiagonal: false }

/** R⁻¹ Qᴴ B: the least-squares solution for right-hand sides B of shape [m, k]. */
function leastSquares({ field, m, n, QR, tau }: Factorization, B: Tensor): Float64Array {
  const { unmqr, trtrs, width } = routinesFor(field)
  const { X, columns } = rightSides(field, B)
  unmqr(m, columns, n, QR, tau, X, true)
  const solution = X.slice(0, width * n * columns)
  trtrs(n, QR.subarray(0, width * n * n), columns, solution, { ...upper, adjoint: false })
  return solution
}

/** Q R⁻ᴴ B: the minimum-norm solution for right-hand sides B of shape [n, k]. */
function minimumNorm({ field, m, n, QR, tau }: Factorization, B: Tensor): Float64Array {
  const { unmqr, trtrs, width } = routinesFor(field)
  const { X: start, columns } = rightSides(field, B)
  const X = new Float64Array(width * m * columns)
  X.set(start)
  trtrs(n, QR.subarray(0, width * n * n), columns, X.subarray(0, start.length), { ...upper, adjoint: true })
  unmqr(m, columns, n, QR, tau, X, false)
  return X
}

/**
 * Solves A x ≈ b for A of full rank by QR, and for stacks of them: leading axes broadcast. For tall A it is the x of least
 * ‖b − A x‖₂, for wide A the solution of least ‖x‖₂. Value and derivatives share one factorization.
 *
 * Full rank means: no column of a tall A (no row of a wide one) lies in the span of those before it, to rounding. The rank is
 * locally constant by declaration.
 *
 * @param A shape [..., m, n].
 * @param b shape [m], one vector, or [..., m, k], one right-hand side a column; in the unit of A x.
 * @returns x, shape [..., n] or [..., n, k].
 * @throws ShapeError if A is not a matrix, b does not fit, or leading axes do not broadcast; SingularMatrixError if A does not have
 *   full rank or is not finite.
 * @see Golub and Pereyra (1973), SIAM J. Numer. Anal. 10, 413–432.
 */
export function lstsq(A: TensorLike, b: TensorLike): Tensor {
  const [a, right] = [toTensor(A, 'lstsq'), toTensor(b, 'lstsq')]
  const X = solvePseudo('lstsq', [a], asColumns(a, right), { flipped: false, params: undefined })
  return fromColumns(right, X)
}
