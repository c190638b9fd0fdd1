import { ArgumentError, toTensor, type Complex, type Tensor, type TensorLike } from '@cad/core'
import { identityTransform, transformFor, type Bounds, type Transform } from './transform.ts'

/** A real number to be fitted. */
export interface RealParameter {
  readonly kind: 'real'
  readonly initial: number
  readonly unit?: string
  readonly bounds: Bounds
  readonly fixed: boolean
  readonly transform: Transform
  readonly reference?: number
}

/** A complex number to be fitted; its parts count as two parameters. */
export interface ComplexParameter {
  readonly kind: 'complex'
  readonly initial: Complex
  readonly unit?: string
  readonly fixed: boolean
  readonly reference?: Complex
}

export type Parameter = RealParameter | ComplexParameter

/** Parameters by name. */
export type ParameterSet = Readonly<Record<string, Parameter>>

/** What a model gets: a scalar tensor for each parameter, real or complex. */
export type ModelInput<P extends ParameterSet> = { readonly [K in keyof P]: Tensor }

export interface ParamOptions {
  readonly unit?: string
  /** The open interval in which the parameter stays; infinite where there is no bound. */
  readonly bounds?: Bounds
  /** Keeps the initial value. */
  readonly fixed?: boolean
  /** The internal variable; that of the bounds if left out. Its range must be that of the bounds if both are given. */
  readonly transform?: Transform
  /** A published or true value to compare with. */
  readonly reference?: number
}

/**
 * A real parameter. Bounds are kept by an internal variable: log above a bound, logistic between two.
 *
 * @throws ArgumentError for a value that is not finite, and for bounds that are none. Whether the start lies inside the bounds
 *   is checked by `fit`, which knows the name.
 */
export function param(initial: number, options: ParamOptions = {}): RealParameter {
  const { unit, fixed = false, reference } = options
  requireFinite('param', initial)
  const transform = options.transform ?? transformFor(options.bounds ?? identityTransform.range)
  const bounds = options.bounds ?? transform.range
  if (!(bounds[0] < bounds[1])) {
    throw new ArgumentError(`param: bounds are [lower, upper] with lower < upper, got ${showBounds(bounds)}.`)
  }
  if (bounds[0] !== transform.range[0] || bounds[1] !== transform.range[1]) {
    throw new ArgumentError(
      `param: bounds and the range of the transform must be the same, got ${showBounds(bounds)} and ${showBounds(transform.range)}. Leave one of them out.`,
    )
  }
  return { kind: 'real', initial, bounds, fixed, transform, ...optional({ unit, reference }) }
}

export interface ComplexParamOptions {
  readonly unit?: string
  /** Keeps the initial value. */
  readonly fixed?: boolean
  /** A published or true value to compare with. */
  readonly reference?: TensorLike
}

/**
 * A complex parameter, free in the whole plane.
 *
 * @param initial a number, a `{ re, im }` or a tensor of one element.
 * @throws ArgumentError if it is not finite.
 */
export function complexParam(initial: TensorLike, options: ComplexParamOptions = {}): ComplexParameter {
  const { unit, fixed = false } = options
  const value = toComplex(initial)
  requireFinite('complexParam', value.re, value.im)
  const reference = options.reference === undefined ? undefined : toComplex(options.reference)
  return { kind: 'complex', initial: value, fixed, ...optional({ unit, reference }) }
}

function toComplex(x: TensorLike): Complex {
  const item = toTensor(x, 'complexParam').item()
  return typeof item === 'number' ? { re: item, im: 0 } : item
}

function requireFinite(caller: string, ...values: readonly number[]): void {
  const bad = values.find((value) => !Number.isFinite(value))
  if (bad === undefined) return
  throw new ArgumentError(`${caller}: the initial value must be finite, got ${String(bad)}. Estimate it from the data.`)
}

/** The entries that are defined. */
export function optional<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** Bounds as an interval, `(0, ∞)`. */
export function showBounds([lower, upper]: Bounds): string {
  const show = (x: number): string => (Math.abs(x) === Infinity ? (x > 0 ? '∞' : '−∞') : String(x))
  return `(${show(lower)}, ${show(upper)})`
}
