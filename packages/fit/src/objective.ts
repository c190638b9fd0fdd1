import { ArgumentError, sub, Tensor, toTensor, type TensorLike } from '@cad/core'
import type { ModelInput, ParameterSet } from './parameter.ts'
import { requireShape } from './require-shape.ts'
import { rootsOf, weighted, type Omitted, type Roots, type StandardErrors, type Weighting } from './weighting.ts'

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

/** Residuals with their weights in them, and how they were weighted. */
export interface WeightedObjective<P extends ParameterSet> extends Roots {
  /** √wᵢ rᵢ, 0 for points that do not count. */
  readonly residual: (p: ModelInput<P>) => Tensor
  readonly standardErrors: StandardErrors
  /** Points without data. */
  readonly omittedCount: number
}

/**
 * What is to be made small: model − data with its weights.
 *
 * @throws ArgumentError for data that are not finite where they count, and for bad weights; ShapeError (when called) if model and
 *   data differ in shape.
 */
export function weightedObjective<P extends ParameterSet>(
  objective: Objective<P>,
  weighting: Weighting,
): WeightedObjective<P> {
  const { standardErrors = weighting.sigma === undefined ? 'scaled' : 'absolute', missing = 'error' } = weighting
  requireChoice('standardErrors', standardErrors, ['absolute', 'scaled'])
  requireChoice('missing', missing, ['omit', 'error'])
  const data = objective.data === undefined ? undefined : toTensor(objective.data, 'fit')
  const omitted = missing === 'omit' ? omittedIn(data) : undefined
  const roots = rootsOf(weighting, data, omitted)
  const residual = residualOf(objective, data, roots)
  const omittedCount = omitted === undefined ? 0 : points(data!).filter(omitted).length
  return { ...roots, residual: (p) => weighted(residual(p), roots), standardErrors, omittedCount }
}

const points = ({ size }: Tensor): number[] => Array.from({ length: size }, (_, i) => i)

/** Which points are NaN, in one part of a complex number at least; undefined if none is. */
function omittedIn(data: Tensor | undefined): Omitted {
  if (data === undefined) {
    throw new ArgumentError(
      "fit: missing: 'omit' looks for NaN in data, got residual. Leave the points out of the residual.",
    )
  }
  const isMissing = (i: number): boolean => partsOf(data, i).some(Number.isNaN)
  return points(data).some(isMissing) ? isMissing : undefined
}

function residualOf<P extends ParameterSet>(
  { model, residual }: Objective<P>,
  data: Tensor | undefined,
  { roots }: Roots,
): (p: ModelInput<P>) => Tensor {
  if (residual !== undefined) return (p) => toTensor(residual(p), 'fit')
  const measured = requireData(data!, roots)
  return (p) => {
    const prediction = toTensor(model(p), 'fit')
    requireShape('the model', prediction, 'the data', measured)
    return sub(prediction, measured)
  }
}

/** The data, all finite: at points of weight 0 they may be anything, and are made 0. */
function requireData(data: Tensor, roots: Tensor | undefined): Tensor {
  if (data.data.every(Number.isFinite)) return data
  const isFree = (i: number): boolean => roots !== undefined && roots.data[roots.shape.length === 0 ? 0 : i] === 0
  const bad = points(data).find((i) => !isFree(i) && !partsOf(data, i).every(Number.isFinite))
  if (bad !== undefined) {
    const found = partsOf(data, bad).find((part) => !Number.isFinite(part))
    const advice = Number.isNaN(found)
      ? "Leave out such points with missing: 'omit', or give them weight 0."
      : "Correct it, make it NaN with missing: 'omit', or give it weight 0."
    throw new ArgumentError(`fit: data must be finite, got ${found} at point ${bad}. ${advice}`)
  }
  const width = data.data.length / data.size
  return new Tensor(
    data.shape,
    data.dtype,
    data.data.map((part, k) => (isFree(Math.floor(k / width)) ? 0 : part)),
  )
}

const partsOf = ({ dtype, data }: Tensor, i: number): number[] =>
  dtype === 'complex128' ? [data[2 * i], data[2 * i + 1]] : [data[i]]

function requireChoice(name: string, found: string, choices: readonly string[]): void {
  if (choices.includes(found)) return
  const list = choices.map((choice) => `'${choice}'`).join(' or ')
  throw new ArgumentError(`fit: ${name} must be ${list}, got '${found}'. Leave it out for the default.`)
}
