import { currentBackend, type TriangularOptions } from '@cad/kernels'
import { adjoint as adjointOf, matmul, neg, reshape, sub, toTensor, type Tensor, type TensorLike } from '@cad/core'
import { bind, complexData, definePrimitive, joinDtypes, type Primitive } from '@cad/core/compiler'
import { fromComplex } from './from-complex.ts'
import { SingularMatrixError } from './errors.ts'
import { asColumns, requireRightSides, requireSquare } from './require-matrix.ts'
import { triangle } from './triangle.ts'

const triangularSolveP: Primitive<TriangularOptions> = definePrimitive<TriangularOptions>('triangularSolve', {
  type: ([A, B]) => {
    const n = requireSquare('triangularSolve', A, 'Take the square part that is triangular.')
    requireRightSides('triangularSolve', n, B)
    return { shape: B.shape, dtype: joinDtypes('triangularSolve', [A, B]) }
  },
  kernel: ([A, B], options, [type]) => {
    const [n, columns] = B.shape
    const T = complexData(A)
    const X = complexData(B).slice()
    const bad = firstNotFinite(n, T, options)
    if (bad >= 0)
      throw new SingularMatrixError(`triangularSolve: row ${bad} of the triangle of A is not finite.${advice}`)
    const singular = currentBackend().trtrs(n, T, columns, X, options)
    if (singular < 0) return fromComplex(X, type.dtype)
    throw new SingularMatrixError(
      `triangularSolve: A is singular: diagonal entry ${singular} of ${n} is zero.${advice}`,
    )
  },
  vanishes: ([, B]) => B,

  // T X = B with T the triangle of A that is read  ⇒  T Ẋ = Ḃ − Ṫ X
  jvp: ([A], [ADot, BDot], [X], options) => {
    const TDot = partRead(ADot, options)
    return solveWith(A, sub(BDot, matmul(options.adjoint ? adjointOf(TDot) : TDot, X)), options)
  },

  // Re⟨X̄, Ẋ⟩ = Re⟨T⁻ᴴ X̄, Ḃ − Ṫ X⟩  ⇒  B̄ = T⁻ᴴ X̄,  Ā = the part of −B̄ Xᴴ that is read
  vjp: ([A], [X], [XBar], options) => {
    const BBar = solveWith(A, XBar, { ...options, adjoint: !options.adjoint })
    const TBar = (): Tensor => neg(options.adjoint ? matmul(X, adjointOf(BBar)) : matmul(BBar, adjointOf(X)))
    return [() => partRead(TBar(), options), BBar]
  },
})

const advice = ' Check the model for dependent equations, or use lstsq.'

const solveWith = (A: Tensor, B: Tensor, options: TriangularOptions): Tensor => bind(triangularSolveP, [A, B], options)

const partRead = (A: Tensor, { upper, unitDiagonal }: TriangularOptions): Tensor =>
  triangle(A, { upper, strict: unitDiagonal })

/** The first row of the triangle that holds NaN or an infinity, −1 if there is none. */
function firstNotFinite(n: number, T: Float64Array, { upper, unitDiagonal }: TriangularOptions): number {
  const offset = unitDiagonal ? 1 : 0
  for (let i = 0; i < n; i++) {
    const [first, end] = upper ? [i + offset, n] : [0, i + 1 - offset]
    for (let part = 2 * (i * n + first); part < 2 * (i * n + end); part++) if (!Number.isFinite(T[part])) return i
  }
  return -1
}

/**
 * Solves T X = B by substitution, where T is the upper triangle of A (`upper: false`: the lower one). The rest of A is not
 * read, and its gradient is zero there.
 *
 * @param A shape [n, n].
 * @param B shape [n] or [n, k], one right-hand side a column, in the unit of T X.
 * @param options `adjoint: true` solves Tᴴ X = B; `unitDiagonal: true` takes the diagonal of T as ones, and does not read it.
 * @returns X, of the shape of B.
 * @throws ShapeError if A is not square or B does not fit; SingularMatrixError if T has a zero on its diagonal or is not finite.
 * @see Giles (2008), An extended collection of matrix derivative results for forward and reverse mode AD.
 */
export function triangularSolve(
  A: TensorLike,
  B: TensorLike,
  { upper = true, adjoint = false, unitDiagonal = false }: Partial<TriangularOptions> = {},
): Tensor {
  const [a, b] = [toTensor(A, 'triangularSolve'), toTensor(B, 'triangularSolve')]
  return reshape(solveWith(a, asColumns(a.shape[0], b), { upper, adjoint, unitDiagonal }), b.shape)
}
