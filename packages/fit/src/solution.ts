import { isComplex, type Complex, type Tensor } from '@cad/core'
import type { LeastSquaresResult } from '@cad/optim'
import { contactWith, type Contact } from './bound-contact.ts'
import { columnNorm } from './column-norm.ts'
import { uncertaintyOf, type Uncertainty } from './covariance.ts'
import type { FreeVariables, Variables } from './free-variables.ts'
import type { ParameterSet } from './parameter.ts'

/** What a search left behind, in the parameters' own units. */
export interface Solution {
  readonly values: Readonly<Record<string, number | Complex>>
  /** Parameters that ended at a bound. */
  readonly contacts: ReadonlyMap<string, Contact>
  /** Missing if the derivative at the solution is. */
  readonly uncertainty?: Uncertainty
}

/**
 * Values, contacts with bounds, and uncertainty at the best point. Parameters at a bound are held there for the uncertainty
 * of the others.
 *
 * @param variance s²; undefined without degrees of freedom.
 */
export function solutionOf<P extends ParameterSet>(
  parameters: P,
  free: FreeVariables<P>,
  { x, jacobian }: Pick<LeastSquaresResult<Variables, Tensor>, 'x' | 'jacobian'>,
  variance: number | undefined,
): Solution {
  const model = free.toModel(x)
  const values = Object.fromEntries(Object.keys(parameters).map((name) => [name, model[name].item()]))
  if (jacobian === undefined) return { values, contacts: new Map() }
  const columns = free.coordinates.map((coordinate, j) => externalColumn(jacobian, j, coordinate.slope(x)))
  const contacts = new Map<string, Contact>()
  free.coordinates.forEach(({ parameter }, j) => {
    const found = contactOf(parameters[parameter], values[parameter], Math.sqrt(variance ?? 0) / columnNorm(columns[j]))
    if (found !== undefined) contacts.set(parameter, found)
  })
  const inside = [...free.coordinates.keys()].filter((j) => !contacts.has(free.coordinates[j].parameter))
  if (inside.length === 0) return { values, contacts }
  const uncertainty = uncertaintyOf({
    names: inside.map((j) => free.coordinates[j].name),
    values: inside.map((j) => sizeOf(values[free.coordinates[j].parameter])),
    columns: inside.map((j) => columns[j]),
    variance,
  })
  return { values, contacts, uncertainty }
}

/** ∂r/∂x = (∂r/∂u)/(dx/du); zeros where the internal variable has lost all influence. */
function externalColumn({ shape: [m, n], data }: Tensor, j: number, slope: number): Float64Array {
  return Float64Array.from({ length: m }, (_, i) => (slope === 0 ? 0 : data[i * n + j] / slope))
}

function contactOf(parameter: ParameterSet[string], value: number | Complex, error: number): Contact | undefined {
  if (parameter.kind === 'complex' || isComplex(value)) return undefined
  return contactWith(parameter.bounds, value, Number.isFinite(error) ? error : 0)
}

const sizeOf = (value: number | Complex): number =>
  typeof value === 'number' ? Math.abs(value) : Math.hypot(value.re, value.im)
