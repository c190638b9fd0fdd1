import { ArgumentError, mul, ShapeError, sub, Tensor, toTensor, type TensorLike } from '@cad/core'
import type { ModelInput, ParameterSet } from './parameter.ts'

/** A model that is compared with data, or residuals outright. */
export type Objective<P extends ParameterSet> =
  | {
      /** The prediction, of the shape of `data`. */
      readonly model: (p: ModelInput<P>) => TensorLike
      /** Measured values, real or complex. */
      readonly data: TensorLike
      readonly residual?: never
    }
  | {
      /** Prediction − measurement, or anything else whose squares are to be small. */
      readonly residual: (p: ModelInput<P>) => TensorLike
      readonly model?: never
      readonly data?: never
    }

/** How points count against each other. At most one of the two. */
export interface Weighting {
  /** wᵢ ≥ 0 of the shape of the residual: the loss is Σ wᵢ|rᵢ|². A point of weight 0 is no datum. */
  readonly weights?: TensorLike
  /** σᵢ > 0 of the shape of the residual, in its unit: the loss is Σ |rᵢ/σᵢ|². For complex data σ of each part. */
  readonly sigma?: TensorLike
}

/** √wᵢ of each point, and how that is said in a report. */
export interface Roots {
  readonly roots: Tensor | undefined
  readonly description: string
}

/**
 * The residual before weighting: model − data, checked at every point.
 *
 * @throws ArgumentError for data that are not finite; ShapeError (when called) if model and data differ in shape.
 */
export function residualOf<P extends ParameterSet>(objective: Objective<P>): (p: ModelInput<P>) => Tensor {
  const { model, residual } = objective
  if (residual !== undefined) return (p) => toTensor(residual(p), 'fit')
  const data = toTensor(objective.data, 'fit')
  requireEvery('data', 'finite', data, Number.isFinite)
  return (p) => {
    const prediction = toTensor(model(p), 'fit')
    requireShape('the model', prediction, 'the data', data)
    return sub(prediction, data)
  }
}

/** @throws ArgumentError for weights below 0 or σ not above 0, or both given. */
export function weightingOf({ weights, sigma }: Weighting): Roots {
  if (weights !== undefined && sigma !== undefined) {
    throw new ArgumentError('fit: expected weights or sigma, got both. Weights are 1/σ².')
  }
  if (weights !== undefined) {
    const w = toTensor(weights, 'fit')
    requireEvery('weights', 'real, finite and ≥ 0', w, (x) => x >= 0 && x < Infinity)
    return { roots: mapNumbers(w, Math.sqrt), description: 'weights w: loss = Σ w |residual|²' }
  }
  if (sigma !== undefined) {
    const s = toTensor(sigma, 'fit')
    requireEvery('sigma', 'real, finite and > 0', s, (x) => x > 0 && x < Infinity)
    return { roots: mapNumbers(s, (x) => 1 / x), description: 'standard deviations σ: loss = Σ |residual/σ|²' }
  }
  return { roots: undefined, description: 'none: loss = Σ |residual|²' }
}

/** √wᵢ rᵢ */
export function weighted(residual: Tensor, { roots }: Roots): Tensor {
  if (roots === undefined) return residual
  if (roots.shape.length > 0) requireShape('the residual', residual, 'weights or sigma', roots)
  return mul(roots, residual)
}

function requireShape(what: string, found: Tensor, of: string, expected: Tensor): void {
  if (found.shape.length === expected.shape.length && found.shape.every((n, axis) => n === expected.shape[axis])) return
  throw new ShapeError(
    `fit: ${what} must have the shape of ${of}, [${expected.shape.join(', ')}], got [${found.shape.join(', ')}]. Nothing is broadcast here; reshape one of them.`,
  )
}

function requireEvery(what: string, rule: string, x: Tensor, holds: (value: number) => boolean): void {
  const isReal = what === 'data' || x.dtype === 'float64'
  const bad = isReal ? x.data.findIndex((value) => !holds(value)) : 0
  if (bad < 0) return
  const index = x.dtype === 'complex128' ? Math.floor(bad / 2) : bad
  throw new ArgumentError(
    `fit: ${what} must be ${rule}, got ${isReal ? x.data[bad] : 'complex numbers'} at point ${index}. Leave the point out or give it weight 0.`,
  )
}

function mapNumbers(x: Tensor, f: (value: number) => number): Tensor {
  return new Tensor(x.shape, 'float64', x.data.map(f))
}
