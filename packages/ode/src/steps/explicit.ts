import type { RightHandSide } from '../field.ts'
import type { Scheme } from '../methods/tableau.ts'

/** Σ_j weights_j v_j of the vectors of length n that stand in `vectors` one after the other, at index i of each. */
function weighted(weights: readonly number[], vectors: Float64Array, n: number, i: number): number {
  let sum = 0
  for (let j = 0; j < weights.length; j++) sum += weights[j] * vectors[j * n + i]
  return sum
}

/** The parts of one step that its tangent and adjoint need as well. */
export interface StepAt {
  readonly t: number
  readonly h: number
  /** Stage states Y_i, the first at `base`, each of `field.n` numbers. */
  readonly states: Float64Array
  readonly base: number
  readonly p: Float64Array
}

/**
 * One step: the stage states Y_i = y + h Σ_j a_ij k_j are written behind y into `states`, the slopes k_i into `slopes`, of which
 * the first is given. The last stage is y₁.
 */
export function explicitStep(
  { a, c }: Scheme,
  field: RightHandSide,
  { t, h, states, base, p }: StepAt,
  slopes: Float64Array,
): void {
  const { n } = field
  for (let stage = 1; stage < a.length; stage++) {
    const at = base + stage * n
    for (let i = 0; i < n; i++) states[at + i] = states[base + i] + h * weighted(a[stage], slopes, n, i)
    field.value.run(t + c[stage] * h, states, at, p, slopes, stage * n)
  }
}

/**
 * Tangent of `explicitStep`: Ẏ_i = ẏ + h Σ_j a_ij k̇_j, k̇_i = f_y Ẏ_i + f_p ṗ. The first Ẏ and k̇ are given; the last Ẏ is ẏ₁.
 */
export function explicitStepTangent(
  { a, c }: Scheme,
  field: RightHandSide,
  { t, h, states, base, p }: StepAt,
  dot: { readonly states: Float64Array; readonly slopes: Float64Array; readonly p: Float64Array },
): void {
  const { n } = field
  for (let stage = 1; stage < a.length; stage++) {
    const at = stage * n
    for (let i = 0; i < n; i++) dot.states[at + i] = dot.states[i] + h * weighted(a[stage], dot.slopes, n, i)
    field.jvp.run(t + c[stage] * h, states, base + at, p, dot.states, at, dot.p, dot.slopes, at)
  }
}

/** The error estimate h Σ e_i k_i of a step. */
export function explicitError({ e = [] }: Scheme, h: number, slopes: Float64Array, error: Float64Array): void {
  for (let i = 0; i < error.length; i++) error[i] = h * weighted(e, slopes, error.length, i)
}

/** Cotangents that one step receives and passes on; see `explicitStepAdjoint`. */
export interface StepBars {
  /** In: ȳ₁. Out: ȳ. */
  readonly y: Float64Array
  /** Direct cotangents of the slopes, from values saved inside the step; `hasSlopes` is false if all vanish. */
  readonly slopes: Float64Array
  hasSlopes: boolean
  /** p̄ of all steps is added up here. */
  readonly p: Float64Array
  /** Scratch: the Ȳ_i, one after the other, and one k̄. */
  readonly stages: Float64Array
  readonly slope: Float64Array
}

/**
 * Discrete adjoint of `explicitStep`: exact for the numbers that were computed, not for the ODE. Steps are frozen.
 *
 *   k̄_i = h b_i ȳ₁ + h Σ_{j>i} a_ji Ȳ_j + (saved values),   (Ȳ_i, p̄_i) = f⋆ at Y_i applied to k̄_i,
 *   ȳ = ȳ₁ + Σ Ȳ_i,   p̄ = Σ p̄_i
 *
 * @see Hager (2000), Numer. Math. 87, 247–282.
 */
export function explicitStepAdjoint(
  { a, b, c }: Scheme,
  field: RightHandSide,
  { t, h, states, base, p }: StepAt,
  bars: StepBars,
): void {
  const { n } = field
  const last = a.length - 1
  for (let stage = last; stage >= 0; stage--) {
    if (stage === last && !bars.hasSlopes) {
      bars.stages.fill(0, last * n, (last + 1) * n) // y₁ enters nothing but itself
      continue
    }
    for (let i = 0; i < n; i++) {
      let sum = b[stage] * bars.y[i]
      for (let j = stage + 1; j <= last; j++) sum += (a[j][stage] ?? 0) * bars.stages[j * n + i]
      bars.slope[i] = h * sum + bars.slopes[stage * n + i]
    }
    field.vjp.run(t + c[stage] * h, states, base + stage * n, p, bars.slope, 0, bars.stages, stage * n, bars.p)
  }
  for (let stage = 0; stage <= last; stage++) for (let i = 0; i < n; i++) bars.y[i] += bars.stages[stage * n + i]
}
