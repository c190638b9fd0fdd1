import { ArgumentError, complex, Tensor, type Complex } from '@cad/core'
import { showBounds, type ModelInput, type Parameter, type ParameterSet, type RealParameter } from './parameter.ts'
import { slopeAt } from './transform.ts'

/** The internal variables of the free parameters, by name. */
export type Variables = Readonly<Record<string, Tensor>>

/** Between the internal variables that the solver moves and the parameters that the model sees. */
export interface FreeVariables<P extends ParameterSet> {
  readonly start: Readonly<Record<string, number | Complex>>
  readonly toModel: (u: Variables) => ModelInput<P>
  /** The free real coordinates in the order of the solver: a complex parameter has two. */
  readonly coordinates: readonly Coordinate[]
}

/** One real number that the fit may change. */
export interface Coordinate {
  readonly parameter: string
  /** The parameter's name, with `.re` or `.im` for the parts of a complex one. */
  readonly name: string
  readonly part: 'value' | 're' | 'im'
  /** d(external)/d(internal) at u. */
  readonly slope: (u: Variables) => number
}

/**
 * The free variables of a set of parameters.
 *
 * @throws ArgumentError that names parameter, value and bounds for a start outside; if nothing is free.
 */
export function freeVariables<P extends ParameterSet>(parameters: P): FreeVariables<P> {
  const entries = Object.entries(parameters)
  for (const [name, parameter] of entries) if (parameter.kind === 'real') requireInside(name, parameter)
  const free = entries.filter(([, { fixed }]) => !fixed)
  if (free.length === 0) {
    throw new ArgumentError(
      `fit: at least one parameter must be free, got ${entries.length} fixed ones. Set fixed: false.`,
    )
  }
  return {
    start: Object.fromEntries(free.map(([name, parameter]) => [name, startOf(parameter)])),
    toModel: (u) =>
      Object.fromEntries(entries.map(([name, parameter]) => [name, externalOf(parameter, u[name])])) as ModelInput<P>,
    coordinates: free.flatMap(([name, parameter]) => coordinatesOf(name, parameter)),
  }
}

function requireInside(name: string, { initial, bounds, fixed, unit = '' }: RealParameter): void {
  const [lower, upper] = bounds
  if (fixed ? initial >= lower && initial <= upper : initial > lower && initial < upper) return
  const isOn = initial === lower || initial === upper
  throw new ArgumentError(
    `fit: parameter '${name}' starts at ${[initial, unit].join(' ').trim()}, ${isOn ? 'on a bound' : 'outside the bounds'} of ${showBounds(bounds)}. ` +
      'Start strictly inside, or change the bounds.',
  )
}

function startOf(parameter: Parameter): number | Complex {
  return parameter.kind === 'real' ? parameter.transform.toInternal(parameter.initial) : parameter.initial
}

function externalOf(parameter: Parameter, u: Tensor | undefined): Tensor {
  if (u === undefined) {
    return parameter.kind === 'real'
      ? new Tensor([], 'float64', Float64Array.of(parameter.initial))
      : complex(parameter.initial.re, parameter.initial.im)
  }
  return parameter.kind === 'real' ? parameter.transform.toExternal(u) : u
}

function coordinatesOf(name: string, parameter: Parameter): Coordinate[] {
  if (parameter.kind === 'real') {
    const slope = (u: Variables): number => slopeAt(parameter.transform, u[name].data[0])
    return [{ parameter: name, name, part: 'value', slope }]
  }
  const parts = ['re', 'im'] as const
  return parts.map((part) => ({ parameter: name, name: `${name}.${part}`, part, slope: () => 1 }))
}
