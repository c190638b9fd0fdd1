import { routinesFor } from '@cad/kernels'
import {
  add,
  adjoint,
  concat,
  matmul,
  NotFiniteError,
  slice,
  sub,
  toTensor,
  type Range,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { bindAll, definePrimitive, overStacks, type Primitive } from '@cad/core/compiler'
import { fieldOf } from './field.ts'
import { requireFullRank } from './require-full-rank.ts'
import { requireMatrix } from './require-matrix.ts'
import { lowerHalf } from './triangle.ts'
import { triangularSolve } from './triangular-solve.ts'

const qrP: Primitive = definePrimitive('qr', {
  ...overStacks('qr', {
    ranks: [2],
    type: ([A]) => {
      const [m, n] = requireMatrix('qr', A)
      const k = Math.min(m, n)
      return [
        { shape: [m, k], dtype: A.dtype },
        { shape: [k, n], dtype: A.dtype },
      ]
    },
    kernel: ([A]) => factorize(A),
  }),

  // A₁ = Q R₁, the first k columns. QᴴQ̇ is skew, T = Ṙ₁R₁⁻¹ upper with a real diagonal, and M = QᴴȦ₁R₁⁻¹ = QᴴQ̇ + T; so
  //   T = Φ(M + Mᴴ)ᴴ,  Ṙ₁ = T R₁,  Q̇ = Ȧ₁R₁⁻¹ − Q T;  and from R₂ = QᴴA₂:  Ṙ₂ = Q̇ᴴA₂ + QᴴȦ₂
  jvp: ([A], [ADot], [Q, R]) => {
    const k = Q.shape.at(-1)!
    const R1 = squarePart(A, R)
    const quotient = adjoint(triangularSolve(R1, adjoint(firstColumns(ADot, k)), { adjoint: true }))
    const M = matmul(adjoint(Q), quotient)
    const T = adjoint(lowerHalf(add(M, adjoint(M))))
    const QDot = sub(quotient, matmul(Q, T))
    const R1Dot = matmul(T, R1)
    if (A.shape.at(-1) === k) return [QDot, R1Dot]
    const R2Dot = add(matmul(adjoint(QDot), otherColumns(A, k)), matmul(adjoint(Q), otherColumns(ADot, k)))
    return [QDot, concat([R1Dot, R2Dot], { axis: -1 })]
  },

  // With Q̄′ = Q̄ + A₂R̄₂ᴴ and M = R₁R̄₁ᴴ − Q̄′ᴴQ:  Ā₁ = [Q̄′ + Q(Φ(M) + Φ(M)ᴴ)] R₁⁻ᴴ,  Ā₂ = Q R̄₂
  vjp: ([A], [Q, R], [QBar, RBar]) => {
    const k = Q.shape.at(-1)!
    const R1 = squarePart(A, R)
    const isWide = A.shape.at(-1)! > k
    const R2Bar = otherColumns(RBar, k)
    const total = isWide ? add(QBar, matmul(otherColumns(A, k), adjoint(R2Bar))) : QBar
    const Phi = lowerHalf(sub(matmul(R1, adjoint(firstColumns(RBar, k))), matmul(adjoint(total), Q)))
    const A1Bar = adjoint(triangularSolve(R1, adjoint(add(total, matmul(Q, add(Phi, adjoint(Phi)))))))
    return [isWide ? concat([A1Bar, matmul(Q, R2Bar)], { axis: -1 }) : A1Bar]
  },
})

const columnsOf = (X: Tensor, range: Range): Tensor => slice(X, ...X.shape.slice(1).map(() => ({})), range)
const firstColumns = (X: Tensor, k: number): Tensor => (X.shape.at(-1) === k ? X : columnsOf(X, { end: k }))
const otherColumns = (X: Tensor, k: number): Tensor => columnsOf(X, { start: k })

const squarePart = (A: Tensor, R: Tensor): Tensor =>
  requireFullRank(firstColumns(R, R.shape.at(-2)!), { caller: 'qr', rows: A.shape.at(-2)! })

/** Thin Q and R with diag R ≥ 0. */
function factorize(A: Tensor): [Q: Float64Array, R: Float64Array] {
  const [m, n] = A.shape
  const k = Math.min(m, n)
  const { geqrf, ungqr, width } = routinesFor(fieldOf(A))
  const factored = A.data.slice()
  const tau = new Float64Array(width * k)
  const Q = new Float64Array(width * m * k)
  const R = new Float64Array(width * k * n)
  geqrf(m, n, factored, tau)
  ungqr(m, k, k, factored, tau, Q)
  // Householder leaves a real diagonal of either sign.
  const signs = Float64Array.from({ length: k }, (_, i) => (factored[width * (i * n + i)] < 0 ? -1 : 1))
  for (let i = 0; i < k; i++) {
    for (let at = width * (i * n + i); at < width * (i + 1) * n; at++) R[at] = signs[i] * factored[at]
  }
  for (let at = 0; at < Q.length; at++) Q[at] *= signs[Math.floor(at / width) % k]
  const bad = R.findIndex((part) => !Number.isFinite(part))
  if (bad < 0) return [Q, R]
  throw new NotFiniteError(
    `qr: A must be finite, got NaN, an infinity or numbers near the largest one in column ${Math.floor(bad / width) % n}. ` +
      'Look for where they come from, or scale the column.',
  )
}

/** The factors of A = Q R. */
export interface QR {
  /** Shape [..., m, min(m, n)], QᴴQ = I. */
  readonly Q: Tensor
  /** Shape [..., min(m, n), n], upper triangular with a real diagonal ≥ 0, in the unit of A. */
  readonly R: Tensor
}

/**
 * The thin factorization A = Q R with QᴴQ = I, R upper triangular and its diagonal real and positive. This fixes every phase:
 * there is no gauge condition on what is made of Q and R. Tall, square or wide, and stacks of such.
 *
 * Where one of the first min(m, n) columns depends on those before it, R has a zero on its diagonal, up to rounding: the
 * factors are a valid choice among several, and the derivative does not exist.
 *
 * @param A shape [..., m, n].
 * @returns Q, shape [..., m, min(m, n)], and R, shape [..., min(m, n), n].
 * @throws ShapeError if A is not a matrix; NotFiniteError if A is not finite; from a derivative SingularMatrixError if the first
 *   min(m, n) columns of A are dependent.
 * @see Golub and Van Loan (2013), Matrix Computations, 4th ed., section 5.2; Roberts and Roberts (2020), arXiv:2009.10071, for the rules.
 */
export function qr(A: TensorLike): QR {
  const [Q, R] = bindAll(qrP, [toTensor(A, 'qr')], undefined)
  return { Q, R }
}
