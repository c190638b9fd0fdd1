/** Chooses the next step from the scaled error of the last one; a value passed to the solve. */
export type StepController = {
  readonly safety: number
  /** Bounds of the factor between one step and the next. */
  readonly minFactor: number
  readonly maxFactor: number
  /** Weight of the previous error, Hairer's β; 0 is the plain I controller. */
  readonly beta: number
}

/**
 * Hairer's PI controller: factor = safety · E^(−(1/(q+1) − 0.75 β)) · E_old^β, q the order of the error estimate; a rejected step uses
 * the first two factors only, and the step after it does not grow. Defaults are those of DOPRI5.
 *
 * @see Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4.
 */
export function piController({
  safety = 0.9,
  minFactor = 0.2,
  maxFactor = 10,
  beta = 0.04,
}: Partial<StepController> = {}): StepController {
  return { safety, minFactor, maxFactor, beta }
}

/** E_old is not let below this, so that one lucky step does not blow up the next. */
const smallestLog = Math.log(1e-4)

/** The state of a controller during one integration. Powers are taken by log and exp, which are twice as fast. */
export class StepSizes {
  readonly #controller: StepController
  readonly #alpha: number
  #wasRejected = false
  #logBefore = smallestLog

  constructor(controller: StepController, errorOrder: number) {
    this.#controller = controller
    this.#alpha = 1 / (errorOrder + 1) - 0.75 * controller.beta
  }

  /** Factor of the next step after one with error E ≤ 1; not above 1 if that one was a second try. */
  accept(error: number): number {
    const { safety, minFactor, maxFactor, beta } = this.#controller
    const log = Math.log(Math.max(error, Number.MIN_VALUE))
    const factor = safety * Math.exp(beta * this.#logBefore - this.#alpha * log)
    this.#logBefore = Math.max(log, smallestLog)
    const largest = this.#wasRejected ? 1 : maxFactor
    this.#wasRejected = false
    return Math.min(largest, Math.max(minFactor, factor))
  }

  /** Factor for another try after a step with error E > 1, or one that was not finite. */
  reject(error: number): number {
    this.#wasRejected = true
    const { safety, minFactor } = this.#controller
    if (!Number.isFinite(error)) return minFactor
    return Math.max(minFactor, safety * Math.exp(-this.#alpha * Math.log(error)))
  }
}
