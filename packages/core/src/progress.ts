/** What a long computation reports after each iteration. Returning `false` from the callback ends it at its best point. */
export interface Progress {
  readonly iteration: number
  /** The quantity that is being made small. */
  readonly loss: number
  readonly gradientNorm: number
  /** Length of the last step, relative to the parameters. */
  readonly step: number
  readonly evaluations: number
  readonly seconds: number
}

export type OnProgress = (progress: Progress) => boolean | void

/** One line: iteration, loss, gradient norm, step, evaluations, seconds. */
export function progressLine({ iteration, loss, gradientNorm, step, evaluations, seconds }: Progress): string {
  const number = (x: number): string => x.toExponential(3).padStart(10)
  return (
    `iteration ${String(iteration).padStart(3)}  loss ${number(loss)}  |gradient| ${number(gradientNorm)}  ` +
    `step ${number(step)}  evaluations ${String(evaluations).padStart(4)}  ${seconds.toFixed(1)} s`
  )
}
