import { ArgumentError, mul, Tensor, toTensor, where, type TensorLike } from '@cad/core'
import { requireShape } from './require-shape.ts'

/** How points count against each other, and what is known of their errors. At most one of weights and sigma. */
export interface Weighting {
  /** wᵢ ≥ 0 of the shape of the residual: the loss is Σ wᵢ|rᵢ|². A point of weight 0 is no datum, whatever its residual. */
  readonly weights?: TensorLike
  /** σᵢ > 0 of the shape of the residual, in its unit: the loss is Σ |rᵢ/σᵢ|². For complex data σ of each part. */
  readonly sigma?: TensorLike
  /**
   * `absolute`: from σ alone, or σ² = 1/w, as SciPy's `absolute_sigma=True` and lmfit's `scale_covar=False`. `scaled`: σ tells
   * points apart only, and the scatter of the residuals its size: errors are multiplied by √(reduced χ²). By default `absolute` with
   * sigma, else `scaled`.
   */
  readonly standardErrors?: StandardErrors
  /** What NaN in data is: an error, or a point that is left out. */
  readonly missing?: 'error' | 'omit'
}

export type StandardErrors = 'absolute' | 'scaled'

/** √wᵢ of each point, and how that is said in a report. */
export interface Roots {
  /** Undefined if all points count alike. */
  readonly roots: Tensor | undefined
  readonly description: string
}

/** Whether a point is left out; undefined if none is. */
export type Omitted = ((point: number) => boolean) | undefined

/**
 * The roots of the weights; 0 for a point that is left out.
 *
 * @throws ArgumentError for weights below 0 or σ not above 0, or both given; if no point is left.
 */
export function rootsOf({ weights, sigma }: Weighting, data: Tensor | undefined, omitted: Omitted): Roots {
  const given = givenRoots(
    { ...(weights !== undefined && { weights }), ...(sigma !== undefined && { sigma }) },
    omitted,
  )
  const roots = data === undefined || omitted === undefined ? given.roots : withoutOmitted(given.roots, data, omitted)
  if (roots !== undefined && roots.data.every((root) => root === 0)) {
    throw new ArgumentError(
      `fit: at least one point must have data and a weight above 0, got none of ${roots.size}. There is nothing to fit.`,
    )
  }
  return { roots, description: given.description }
}

function givenRoots({ weights, sigma }: Weighting, omitted: Omitted): Roots {
  if (weights !== undefined && sigma !== undefined) {
    throw new ArgumentError('fit: expected weights or sigma, got both. Weights are 1/σ².')
  }
  if (weights !== undefined) {
    const w = requireNumbers('weights', toTensor(weights, 'fit'), omitted)
    return { roots: mapNumbers(w, Math.sqrt), description: 'weights w: loss = Σ w |residual|²' }
  }
  if (sigma !== undefined) {
    const s = requireNumbers('sigma', toTensor(sigma, 'fit'), omitted)
    return { roots: mapNumbers(s, (x) => 1 / x), description: 'standard deviations σ: loss = Σ |residual/σ|²' }
  }
  return { roots: undefined, description: 'none: loss = Σ |residual|²' }
}

const rules = {
  weights: {
    rule: 'real, finite and ≥ 0',
    holds: (x: number) => x >= 0,
    advice: 'Weights are 1/σ²; 0 leaves a point out.',
  },
  sigma: {
    rule: 'real, finite and > 0',
    holds: (x: number) => x > 0,
    advice: "To leave a point out, make it NaN in data and give missing: 'omit'.",
  },
} as const

function requireNumbers(what: 'weights' | 'sigma', x: Tensor, omitted: Omitted): Tensor {
  const { rule, holds, advice } = rules[what]
  const isReal = x.dtype === 'float64'
  const isBad = (value: number, i: number): boolean =>
    !(holds(value) && value < Infinity) && !(x.shape.length > 0 && omitted?.(i) === true)
  const bad = isReal ? x.data.findIndex(isBad) : 0
  if (bad < 0) return x
  throw new ArgumentError(
    `fit: ${what} must be ${rule}, got ${isReal ? x.data[bad] : 'complex numbers'} at point ${bad}. ${advice}`,
  )
}

function withoutOmitted(roots: Tensor | undefined, data: Tensor, isOmitted: (point: number) => boolean): Tensor {
  if (roots !== undefined && roots.shape.length > 0) requireShape('the data', data, 'weights or sigma', roots)
  const rootAt = (i: number): number => (roots === undefined ? 1 : roots.data[roots.shape.length === 0 ? 0 : i])
  const numbers = Float64Array.from({ length: data.size }, (_, i) => (isOmitted(i) ? 0 : rootAt(i)))
  return new Tensor(data.shape, 'float64', numbers)
}

/** √wᵢ rᵢ, and 0 where w = 0: a residual that is not finite there is no datum either. */
export function weighted(residual: Tensor, { roots }: Roots): Tensor {
  if (roots === undefined) return residual
  if (roots.shape.length > 0) requireShape('the residual', residual, 'weights or sigma', roots)
  const counts = roots.data.every((root) => root !== 0) ? residual : where(roots, residual, 0)
  return mul(roots, counts)
}

const mapNumbers = (x: Tensor, f: (value: number) => number): Tensor => new Tensor(x.shape, 'float64', x.data.map(f))
