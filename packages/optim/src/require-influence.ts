import { DerivativeError, type Tensor } from '@cad/core'
import { leavesOf } from './coordinates.ts'

/** A function at one point, without its derivative, as real coordinates. */
interface Probe {
  readonly what: string
  readonly x: Float64Array
  readonly valueAt: (x: Float64Array) => Float64Array
}

/** How far a number is moved to see whether the function reads it, relative to its size. */
const nudge = 1e-2

/**
 * Refuses a function that reads a parameter as a plain number. Nothing on the way from such a parameter to the value was recorded, so its
 * gradient is zero by structure, and a search would take the start for stationary. Whether the parameter is merely unused is
 * seen by moving it, at the cost of one evaluation; without such a parameter there is none.
 *
 * @param gradient at x, a tree like the parameters.
 * @throws DerivativeError that names the parameter.
 */
export function requireInfluence(caller: string, gradient: unknown, { what, x, valueAt }: Probe): void {
  let offset = 0
  let before: Float64Array | undefined
  for (const { path, leaf } of leavesOf(caller, gradient, '')) {
    const end = offset + leaf.data.length
    if (isUnrecorded(leaf)) {
      before ??= valueAt(x)
      const moved = x.map((value, k) => (k >= offset && k < end ? value + nudge * (Math.abs(value) || 1) : value))
      if (
        differs(
          before,
          tried(() => valueAt(moved)),
        )
      )
        throw lost(caller, what, path)
    }
    offset = end
  }
}

const isUnrecorded = (gradient: Tensor): boolean => gradient.isStructuralZero && gradient.size > 0

/** An error at a point beside the start says nothing of the start. */
function tried(f: () => Float64Array): Float64Array | undefined {
  try {
    return f()
  } catch {
    return undefined
  }
}

const differs = (before: Float64Array, after: Float64Array | undefined): boolean =>
  after !== undefined && after.every(Number.isFinite) && after.some((value, i) => value !== before[i])

const lost = (caller: string, what: string, path: string): DerivativeError =>
  new DerivativeError(
    `${caller}: ${what} changes with x0${path}, but its derivative by it is zero wherever it is: ${what} reads the number, by item(), toArray() or data, ` +
      'or passes it through stopGradient, floor or a comparison alone. Compute with the tensor itself, by functions of @cad/*; ' +
      'or take it out of x0, where it cannot be found.',
  )
