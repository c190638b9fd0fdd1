import type { Complex } from '@cad/core'
import type { Covariance } from './covariance.ts'
import { formatNumber } from './format-number.ts'
import { optional, type Parameter } from './parameter.ts'
import type { ParameterReport } from './report.ts'
import type { Solution } from './solution.ts'

/** The row of one parameter. */
export function parameterReport<Name extends string>(
  name: Name,
  parameter: Parameter,
  { values, contacts, uncertainty }: Solution,
): ParameterReport<Name> {
  const value = values[name]
  const spread =
    uncertainty === undefined || parameter.fixed ? undefined : spreadOf(name, parameter.kind, uncertainty.covariance)
  const contact = contacts.get(name)
  const isLost = uncertainty !== undefined && !parameter.fixed && contact === undefined && spread === undefined
  const note = parameter.fixed ? 'fixed' : (contact ?? (isLost ? 'not determined by the data' : undefined))
  return {
    name,
    ...optional({ unit: parameter.unit }),
    value,
    ...optional({ standardError: spread?.standardError, correlation: spread?.correlation }),
    initial: parameter.initial,
    ...(parameter.kind === 'real' && { bounds: finiteBounds(parameter.bounds) }),
    fixed: parameter.fixed,
    ...deviationOf(value, parameter.reference, spread),
    ...optional({ note }),
  }
}

const finiteBounds = ([lower, upper]: readonly [number, number]): [number | null, number | null] => [
  lower === -Infinity ? null : lower,
  upper === Infinity ? null : upper,
]

/** Variances and covariance of the parts of a value. */
interface Spread {
  readonly standardError: number | Complex
  readonly correlation?: number
}

function spreadOf(name: string, kind: Parameter['kind'], { names, matrix }: Covariance): Spread | undefined {
  if (kind === 'real') {
    const i = names.indexOf(name)
    const variance = i < 0 ? null : matrix[i][i]
    return variance === null ? undefined : { standardError: Math.sqrt(variance) }
  }
  const [i, j] = [names.indexOf(`${name}.re`), names.indexOf(`${name}.im`)]
  const [re, im, joint] = [matrix[i][i], matrix[j][j], matrix[i][j]]
  if (re === null || im === null || joint === null) return undefined
  const standardError = { re: Math.sqrt(re), im: Math.sqrt(im) }
  const product = standardError.re * standardError.im
  return { standardError, ...(product > 0 && { correlation: joint / product }) }
}

type Deviation = Pick<ParameterReport, 'reference' | 'deviation' | 'deviationSigma' | 'deviationRelative'>

function deviationOf(
  value: number | Complex,
  reference: number | Complex | undefined,
  spread: Spread | undefined,
): Deviation {
  if (reference === undefined) return {}
  const [v, r] = [toComplex(value), toComplex(reference)]
  const difference = { re: v.re - r.re, im: v.im - r.im }
  const size = Math.hypot(r.re, r.im)
  const relative = size === 0 ? undefined : Math.hypot(difference.re, difference.im) / size
  const sigma = spread === undefined ? undefined : sigmas(difference, spread)
  const texts = [
    ...(sigma === undefined ? [] : [`${sigma.toFixed(1).replace(/^-(?=0\.0$)/, '')} σ`]),
    ...(relative === undefined ? [] : [formatNumber(relative, 2)]),
  ]
  return {
    reference,
    ...optional({
      deviation: texts.length === 0 ? undefined : texts.join(', '),
      deviationSigma: sigma,
      deviationRelative: relative,
    }),
  }
}

/** δ/σ, or √(δᵀ C⁻¹ δ) for the two parts of a complex difference; undefined where σ vanishes. */
function sigmas(difference: Complex, { standardError, correlation = 0 }: Spread): number | undefined {
  if (typeof standardError === 'number') return standardError > 0 ? difference.re / standardError : undefined
  const [a, b] = [difference.re / standardError.re, difference.im / standardError.im]
  const squared = (a * a - 2 * correlation * a * b + b * b) / (1 - correlation * correlation)
  return Number.isFinite(squared) ? Math.sqrt(squared) : undefined
}

const toComplex = (x: number | Complex): Complex => (typeof x === 'number' ? { re: x, im: 0 } : x)
