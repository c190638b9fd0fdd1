import { reduceToTriangle } from './reduce-to-triangle.ts'
import { applyTransposed, solveUpper, solveUpperTransposed, type TriangularSystem } from './triangular.ts'
import { length } from './vector.ts'

/** A step y and the damping λ it was found with. */
export interface DampedStep {
  readonly y: Float64Array
  readonly damping: number
}

/** Below this λ is lost among the smallest doubles, and with it every step. */
const leastDamping = 1e-290
/** How far ‖y‖ may be from the radius. */
const slack = 0.1

/**
 * The step y that makes ‖R y + b‖² small within ‖y‖ ≤ radius: the Gauss–Newton step if it is short enough, else the solution
 * of (RᵀR + λ) y = −Rᵀb with ‖y‖ ≈ radius. Each λ costs one QR of [R; √λ I]; RᵀR is never formed.
 *
 * @param system R and b in coordinates in which the trust region is a ball.
 * @param guess λ of the step before, 0 at the start.
 * @see Moré (1978), The Levenberg–Marquardt algorithm: implementation and theory, section 5.
 */
export function dampedStep(system: TriangularSystem, radius: number, guess: number): DampedStep {
  const newton = isRegular(system) ? solveNegative(system) : undefined
  if (newton !== undefined && length(newton) <= (1 + slack) * radius) return { y: newton, damping: 0 }
  const slope = length(applyTransposed(system))
  if (slope / radius < leastDamping) return { y: new Float64Array(system.n), damping: 0 }

  let low = newton === undefined ? 0 : (length(newton) - radius) / (radius * curvature(system, newton))
  if (!Number.isFinite(low)) low = 0
  let high = slope / radius
  let damping = Math.min(Math.max(guess, low), high)
  if (damping === 0) damping = newton === undefined ? high / 1000 : Math.min(high, slope / length(newton))
  for (let iteration = 1; ; iteration++) {
    const damped = withDamping(system, damping)
    const y = solveNegative(damped)
    const excess = length(y) - radius
    if (Math.abs(excess) <= slack * radius || iteration === 12 || high <= low) return { y, damping }
    if (excess > 0) low = Math.max(low, damping)
    else high = Math.min(high, damping)
    const next = damping + excess / (radius * curvature(damped, y))
    damping = next > low && next < high ? next : Math.sqrt(Math.max(low, high / 1000)) * Math.sqrt(high)
  }
}

/** y = −R⁻¹ b */
const solveNegative = (system: TriangularSystem): Float64Array => solveUpper(system).map((value) => -value)

/** ‖R⁻ᵀ y/‖y‖‖², from which Newton's step for λ is made: d‖y‖/dλ = −‖y‖ · curvature. */
function curvature({ n, R }: TriangularSystem, y: Float64Array): number {
  const norm = length(y)
  return length(solveUpperTransposed({ n, R, b: y.map((value) => value / norm) })) ** 2
}

/** The triangular system of ‖R y + b‖² + λ‖y‖². */
function withDamping({ n, R, b }: TriangularSystem, damping: number): TriangularSystem {
  const A = new Float64Array(2 * n * n)
  A.set(R)
  for (let i = 0; i < n; i++) A[(n + i) * n + i] = Math.sqrt(damping)
  const rightSide = new Float64Array(2 * n)
  rightSide.set(b)
  return reduceToTriangle(A, n, rightSide)
}

function isRegular({ n, R }: TriangularSystem): boolean {
  const diagonal = Array.from({ length: n }, (_, i) => Math.abs(R[i * n + i]))
  return Math.min(...diagonal) > n * Number.EPSILON * Math.max(...diagonal)
}
