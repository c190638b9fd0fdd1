/** What the transforms of one length share: the radices of its passes and the roots of unity. */
export interface FftPlan {
  readonly n: number
  /** Factors of n, one a pass: 4, 2, 3, 5, then other primes. */
  readonly radices: readonly number[]
  /** e^{−2πik/n} for k = 0 … n − 1, complex. */
  readonly roots: Float64Array
}

/**
 * e^{−2πik/n} for 0 ≤ k < n, with the angle brought into [0, π/4] in exact arithmetic first, so that both parts are good to
 * an ulp whatever k is.
 */
export function rootOfUnity(k: number, n: number): [re: number, im: number] {
  let eighths = 8 * k // the angle in units of 2π/(8n)
  const lower = eighths > 4 * n
  if (lower) eighths = 8 * n - eighths
  const left = eighths > 2 * n
  if (left) eighths = 4 * n - eighths
  const steep = eighths > n
  if (steep) eighths = 2 * n - eighths
  const angle = (Math.PI * eighths) / (4 * n)
  const [cosine, sine] = steep ? [Math.sin(angle), Math.cos(angle)] : [Math.cos(angle), Math.sin(angle)]
  return [left ? -cosine : cosine, lower ? sine : -sine]
}

/** n as a product of 4, 2, 3, 5 and larger primes, in this order; empty for n ≤ 1. */
export function radicesOf(n: number): number[] {
  const radices: number[] = []
  let rest = n
  const divideBy = (factor: number): void => {
    for (; rest > 1 && rest % factor === 0; rest /= factor) radices.push(factor)
  }
  for (const factor of [4, 2, 3, 5]) divideBy(factor)
  for (let factor = 7; factor * factor <= rest; factor += 2) divideBy(factor)
  if (rest > 1) radices.push(rest)
  return radices
}

/** Plans made so far, at most `mostPlans`, the oldest first. */
const plans = new Map<number, FftPlan>()
const mostPlans = 64

/** The plan for length n ≥ 1, made at its first use and kept. */
export function fftPlan(n: number): FftPlan {
  let plan = plans.get(n)
  if (plan !== undefined) return plan
  const roots = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) roots.set(rootOfUnity(k, n), 2 * k)
  plan = { n, radices: radicesOf(n), roots }
  if (plans.size >= mostPlans) plans.delete(plans.keys().next().value!)
  plans.set(n, plan)
  return plan
}
