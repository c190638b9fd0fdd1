import { add, div, exp, jvp, neg, sub, type Tensor } from '@cad/core'

/** [lower, upper], infinite where there is no bound. */
export type Bounds = readonly [lower: number, upper: number]

/** How a real parameter x is made from a free internal variable u, such that x stays in its range. */
export interface Transform {
  readonly name: string
  /** The open interval of x. */
  readonly range: Bounds
  /** x(u), increasing or decreasing throughout. */
  readonly toExternal: (u: Tensor) => Tensor
  /** u(x) for x inside the range. */
  readonly toInternal: (x: number) => number
}

/** x = u. */
export const identityTransform: Transform = {
  name: 'identity',
  range: [-Infinity, Infinity],
  toExternal: (u) => u,
  toInternal: (x) => x,
}

/** x = lower + eᵘ, above a bound; the logarithm for lower = 0. */
export function logTransform(lower = 0): Transform {
  return {
    name: 'log',
    range: [lower, Infinity],
    toExternal: (u) => (lower === 0 ? exp(u) : add(lower, exp(u))),
    toInternal: (x) => Math.log(x - lower),
  }
}

/** x = upper − eᵘ, below a bound. */
export function negativeLogTransform(upper = 0): Transform {
  return {
    name: 'negative log',
    range: [-Infinity, upper],
    toExternal: (u) => sub(upper, exp(u)),
    toInternal: (x) => Math.log(upper - x),
  }
}

/** x = lower/(1 + eᵘ) + upper/(1 + e⁻ᵘ), between two bounds, exact near a bound that is 0. */
export function logisticTransform(lower: number, upper: number): Transform {
  return {
    name: 'logistic',
    range: [lower, upper],
    toExternal: (u) => add(div(lower, add(1, exp(u))), div(upper, add(1, exp(neg(u))))),
    toInternal: (x) => Math.log(x - lower) - Math.log(upper - x),
  }
}

/** The transform that keeps x inside these bounds. */
export function transformFor([lower, upper]: Bounds): Transform {
  if (lower === -Infinity) return upper === Infinity ? identityTransform : negativeLogTransform(upper)
  return upper === Infinity ? logTransform(lower) : logisticTransform(lower, upper)
}

/** dx/du */
export function slopeAt({ toExternal }: Transform, u: number): number {
  return jvp(toExternal)(u, 1).tangent.data[0]
}
