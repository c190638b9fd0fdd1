import { routinesFor } from '@cad/kernels'
import type { Tensor } from '@cad/core'
import { SingularMatrixError } from './errors.ts'
import { fieldOf, rightSides, type Field } from './field.ts'
import { requireSquare } from './require-matrix.ts'
import { shareFactorization, type SharedFactorization } from './shared-factorization.ts'

/** P A = L U, L and U in one array. */
export interface LU {
  readonly field: Field
  readonly n: number
  readonly LU: Float64Array
  readonly pivots: Int32Array
  /** The first pivot that is zero or not finite, −1 if there is none. */
  readonly singular: number
}

/** LU with partial pivoting, real for a real matrix. */
export const luOf: SharedFactorization<LU, undefined> = shareFactorization<LU>('lu', {
  ranks: [2],
  check: (caller, [A]) => void requireSquare(caller, A, 'For least squares use lstsq.'),
  factorize: ([A]) => {
    const field = fieldOf(A)
    const n = A.shape[0]
    const data = A.data.slice()
    const pivots = new Int32Array(n)
    const singular = routinesFor(field).getrf(n, data, pivots)
    return { field, n, LU: data, pivots, singular }
  },
})

/** A⁻¹ B, or A⁻ᴴ B. */
export function solveWithLU(
  caller: string,
  { field, n, LU: data, pivots, singular }: LU,
  B: Tensor,
  { flipped }: { readonly flipped: boolean },
): Float64Array {
  if (singular >= 0) {
    throw new SingularMatrixError(
      `${caller}: A is singular or not finite: pivot ${singular} of ${n} is zero or NaN. ` +
        'Check the model for dependent equations, or use lstsq.',
    )
  }
  const { X, columns } = rightSides(field, B)
  routinesFor(field).getrs(n, data, pivots, columns, X, flipped)
  return X
}
