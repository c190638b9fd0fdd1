import { abs2, sum, type Loose, type Tensor } from '@cad/core'
import {
  leastSquares,
  minimize,
  type LeastSquaresMethod,
  type MinimizeMethod,
  type OptimizationResult,
  type SearchOptions,
} from '@cad/optim'

/** Makes Σ|r(x)|² small, from x0. */
export type Search = <X>(residual: (x: X) => Tensor, x0: Loose<X>, options?: SearchOptions) => OptimizationResult<X>

/** An export that searches, or a method for one: with each of its settings it must solve the problems. */
export interface SearchCase {
  readonly name: string
  readonly searches: Readonly<Record<string, Search>>
  /** Problems by name that are too hard for it, and why. */
  readonly unsolved?: Readonly<Record<string, string>>
}

const lossOf =
  <X>(residual: (x: X) => Tensor) =>
  (x: X): Tensor =>
    sum(abs2(residual(x)))

const mapValues = <A, B>(values: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, f(value)]))

/** A method of `minimize` with some of its settings; undefined stands for the method that is the default. */
export const minimizer = (name: string, methods: Readonly<Record<string, MinimizeMethod | undefined>>): SearchCase => ({
  name,
  searches: mapValues(
    methods,
    (method): Search =>
      (residual, x0, options) =>
        minimize(lossOf(residual), x0, { ...options, ...(method && { method }) }),
  ),
})

/** A method of `leastSquares` with some of its settings; undefined stands for the method that is the default. */
export const leastSquaresMethod = (
  name: string,
  methods: Readonly<Record<string, LeastSquaresMethod | undefined>>,
): SearchCase => ({
  name,
  searches: mapValues(
    methods,
    (method): Search =>
      (residual, x0, options) =>
        leastSquares(residual, x0, { ...options, ...(method && { method }) }),
  ),
})
