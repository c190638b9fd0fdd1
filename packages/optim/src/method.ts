import type { ResidualPoint } from './residual-point.ts'
import type { Point } from './point.ts'
import type { Search } from './search.ts'
import type { Ending } from './status.ts'

/** A point with its gradient, as first-order methods need it. */
export interface GradientPoint extends Point {
  readonly gradient: Float64Array
  /** |xᵢ|; for both parts of a complex number its modulus. */
  readonly sizes: Float64Array
  /** |∂f/∂xᵢ|; for both parts of a complex number the modulus of its gradient. */
  readonly slopes: Float64Array
}

/** A way to minimise a real function by its gradient, as a value. */
export interface MinimizeMethod {
  readonly name: string
  /** Takes accepted steps until it can say why it ends. */
  readonly run: (search: Search<GradientPoint>) => Ending
}

/** A way to minimise ‖r(x)‖², as a value. */
export interface LeastSquaresMethod {
  readonly name: string
  /** Takes accepted steps until it can say why it ends. */
  readonly run: (search: Search<ResidualPoint>) => Ending
}
