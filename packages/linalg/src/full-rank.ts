import type { Tensor } from '@cad/core'
import { bind, complexData, definePrimitive, type Primitive } from '@cad/core/compiler'
import { SingularMatrixError } from './errors.ts'

/**
 * The first column of A = Q R that depends on the columns before it to rounding, or is not finite; −1 if there is none.
 *
 * |Rⱼⱼ| is the distance of column j from the span of those before it, and the norm of column j of R that of column j of A; so
 * the test does not depend on the units of the columns. Householder QR leaves some m ε of the norm where the distance is zero.
 *
 * @param rows m, of A.
 * @param R complex, upper triangle of its leading square block; row-major with `columns` columns.
 */
export function dependentColumn(rows: number, count: number, R: Float64Array, columns: number): number {
  const tolerance = 10 * Math.max(rows, 1) * Number.EPSILON
  for (let j = 0; j < count; j++) {
    let norm = 0
    for (let i = 0; i <= j; i++) norm = Math.hypot(norm, R[2 * (i * columns + j)], R[2 * (i * columns + j) + 1])
    const diagonal = 2 * (j * columns + j)
    // No comparison with NaN holds, so that NaN counts as dependent.
    if (!(Math.hypot(R[diagonal], R[diagonal + 1]) > tolerance * norm)) return j
  }
  return -1
}

interface FullRank {
  readonly caller: string
  /** Rows of the matrix that R came from. */
  readonly rows: number
}

/** The identity on R, in value and derivative, which refuses an R with dependent columns when it has numbers. */
const requireFullRankP: Primitive<FullRank> = definePrimitive<FullRank>('requireFullRank', {
  type: ([R]) => R,
  kernel: ([R], { caller, rows }) => {
    const n = R.shape[0]
    const dependent = dependentColumn(rows, n, complexData(R), n)
    if (dependent < 0) return R.data
    throw new SingularMatrixError(
      `${caller}: the derivative does not exist: column ${dependent} of A depends on the columns before it. ` +
        'Leave that column out, or move it to the end of a wide A.',
    )
  },
  jvp: (_, [RDot]) => RDot,
  vjp: (_, __, [RBar]) => [RBar],
})

/** R of shape [n, n], for a rule that divides by it. */
export const requireFullRank = (R: Tensor, params: FullRank): Tensor => bind(requireFullRankP, [R], params)
