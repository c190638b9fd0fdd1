import type { Tensor } from '@cad/core'
import { complexData, eachOf, guard } from '@cad/core/compiler'
import { SingularMatrixError } from './errors.ts'

/**
 * The first column of A = Q R that depends on the columns before it to rounding, or is not finite; −1 if there is none.
 *
 * |Rⱼⱼ| is the distance of column j from the span of those before it, and the norm of column j of R that of column j of A; so
 * the test does not depend on the units of the columns. Householder QR leaves some m ε of the norm where the distance is zero.
 *
 * @param rows m, of A.
 * @param R upper triangle of its leading square block; row-major with `columns` columns, `width` doubles an element.
 */
export function dependentColumn(
  rows: number,
  count: number,
  { R, columns, width }: { readonly R: Float64Array; readonly columns: number; readonly width: 1 | 2 },
): number {
  const tolerance = 10 * Math.max(rows, 1) * Number.EPSILON
  const modulus = (i: number, j: number): number => {
    const at = width * (i * columns + j)
    return width === 1 ? Math.abs(R[at]) : Math.hypot(R[at], R[at + 1])
  }
  for (let j = 0; j < count; j++) {
    let norm = 0
    for (let i = 0; i <= j; i++) norm = Math.hypot(norm, modulus(i, j))
    // No comparison with NaN holds, so that NaN counts as dependent.
    if (!(modulus(j, j) > tolerance * norm)) return j
  }
  return -1
}

type FullRank = {
  readonly caller: string
  /** Rows of the matrix that R came from. */
  readonly rows: number
}

function checkColumns([R]: readonly Tensor[], { caller, rows }: FullRank): void {
  const n = R.shape[R.shape.length - 1]
  const { count, item } = eachOf(R, 2)
  for (let i = 0; i < count; i++) {
    const dependent = dependentColumn(rows, n, { R: complexData(item(i)), columns: n, width: 2 })
    if (dependent < 0) continue
    throw new SingularMatrixError(
      `${caller}: the derivative does not exist: column ${dependent} of A depends on the columns before it. ` +
        'Leave that column out, or move it to the end of a wide A.',
    )
  }
}

/** R of shape [..., n, n], for a rule that divides by it: refused where columns are dependent, once it has numbers. */
export const requireFullRank = (R: Tensor, context: FullRank): Tensor => guard(R, [R], checkColumns, context)
