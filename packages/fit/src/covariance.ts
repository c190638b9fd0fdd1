import { qr } from '@cad/linalg'
import { Tensor } from '@cad/core'
import { columnNorm } from './column-norm.ts'
import { rightSingularPairs } from './singular-values.ts'

/** What the linear model at the solution says of free real coordinates. */
export interface LinearModel {
  readonly names: readonly string[]
  readonly values: readonly number[]
  /** Columns of J with respect to the parameters in their own units. */
  readonly columns: readonly Float64Array[]
  /** s², the variance of a residual of weight 1; undefined if it is to come from the residuals, without degrees of freedom. */
  readonly variance: number | undefined
}

/** A direction in parameter space along which the model hardly changes. */
export interface WeakDirection {
  /** Parameters that take part, with their changes relative to the first. */
  readonly changes: readonly { readonly name: string; readonly change: number }[]
  /** Singular value of J with columns of unit length, relative to the largest. */
  readonly ratio: number
  /** Whether the standard errors of these parameters are withheld. */
  readonly isUndetermined: boolean
}

/** Entries are null where the data do not determine them. */
export interface Covariance {
  readonly names: readonly string[]
  readonly matrix: readonly (readonly (number | null)[])[]
}

export interface Uncertainty {
  readonly covariance: Covariance
  readonly weakDirections: readonly WeakDirection[]
  /** Largest over smallest singular value of J with columns of unit length. */
  readonly condition: number
}

/** Below this ratio a direction is rounding, and no error can be computed. */
const rankTolerance = 1e-10
/** Below this ratio a direction is looked at: does it blow up the errors of its parameters? */
const weakTolerance = 1e-2
/** From this relative standard error on, a parameter in a weak direction counts as undetermined. */
const hopelessError = 10
/** The least component of a unit vector that makes a parameter part of a direction. */
const partTolerance = 0.1
const traceTolerance = 1e-6

/**
 * The covariance s² (JᵀJ)⁻¹ by QR and the singular values of R, and the directions that the data do not fix. JᵀJ is never
 * formed; the columns of J are scaled to unit length first, so that units do not matter.
 *
 * @see Golub and Van Loan (2013), Matrix Computations, section 5.3.
 */
export function uncertaintyOf(model: LinearModel): Uncertainty {
  const { names, values, columns, variance } = model
  const n = names.length
  const lengths = columns.map(columnNorm)
  const pairs = rightSingularPairs(triangle(columns, lengths), n)
  const largest = Math.max(...pairs.values)
  const ratios = Array.from(pairs.values, (value) => (largest === 0 ? 0 : value / largest))
  const kept = ratios.flatMap((ratio, k) => (ratio > rankTolerance ? [k] : []))
  const inverse = (i: number, j: number): number =>
    kept.reduce((total, k) => total + (pairs.vectors[k][i] * pairs.vectors[k][j]) / pairs.values[k] ** 2, 0) /
    (lengths[i] * lengths[j])
  const errors = names.map((_, i) => Math.sqrt((variance ?? 0) * inverse(i, i)))
  const judged = ratios.map((ratio, k) => judge({ ratio, vector: pairs.vectors[k], values, errors }))
  const unknown = names.map(
    (_, i) => variance === undefined || judged.some((verdict, k) => hides(verdict, Math.abs(pairs.vectors[k][i]))),
  )
  const matrix = names.map((_, i) =>
    names.map((_, j) => (unknown[i] || unknown[j] || variance === undefined ? null : variance * inverse(i, j))),
  )
  const weakDirections = judged.flatMap((verdict, k) =>
    verdict === 'fine'
      ? []
      : [
          {
            changes: changesAlong(names, pairs.vectors[k], lengths),
            ratio: ratios[k],
            isUndetermined: verdict !== 'weak',
          },
        ],
  )
  return { covariance: { names, matrix }, weakDirections, condition: 1 / Math.min(...ratios) }
}

type Verdict = 'fine' | 'weak' | 'hopeless' | 'rankDeficient'

interface Judged {
  readonly ratio: number
  readonly vector: Float64Array
  readonly values: readonly number[]
  readonly errors: readonly number[]
}

function judge({ ratio, vector, values, errors }: Judged): Verdict {
  if (ratio <= rankTolerance) return 'rankDeficient'
  if (ratio > weakTolerance) return 'fine'
  const relative = values.flatMap((value, i) =>
    Math.abs(vector[i]) >= partTolerance ? [errors[i] / Math.abs(value)] : [],
  )
  const least = Math.min(...relative)
  return least > hopelessError ? 'hopeless' : least > 1 ? 'weak' : 'fine'
}

/** Whether a direction makes the error of a parameter with this component unknown. */
function hides(verdict: Verdict, component: number): boolean {
  if (verdict === 'rankDeficient') return component > traceTolerance
  return verdict === 'hopeless' && component >= partTolerance
}

function changesAlong(
  names: readonly string[],
  vector: Float64Array,
  lengths: readonly number[],
): WeakDirection['changes'] {
  const parts = names.flatMap((name, i) =>
    Math.abs(vector[i]) >= partTolerance ? [{ name, change: vector[i] / (lengths[i] || 1) }] : [],
  )
  return parts.map(({ name, change }) => ({ name, change: change / parts[0].change }))
}

/** R of the QR of the matrix with these columns at unit length, row-major [n, n]; missing rows are zeros. */
function triangle(columns: readonly Float64Array[], lengths: readonly number[]): Float64Array {
  const n = columns.length
  const rows = Math.max(columns[0].length, n)
  const A = new Float64Array(rows * n)
  columns.forEach((column, j) =>
    column.forEach((value, i) => (A[i * n + j] = lengths[j] === 0 ? 0 : value / lengths[j])),
  )
  return qr(new Tensor([rows, n], 'float64', A)).R.data
}
