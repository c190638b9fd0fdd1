/** How an integration ended. `t`, `h` and `step` (the number of accepted steps) say where. */
export type Status = Success | Failure

export interface Success {
  readonly kind: 'success'
  readonly t: number
  readonly h: number
  readonly step: number
}

export interface Failure {
  readonly kind: 'max-steps' | 'step-too-small' | 'non-finite' | 'stopped'
  readonly t: number
  readonly h: number
  readonly step: number
  /** What happened, where, and what to try. */
  readonly message: string
}

/** The kinds in the order of their numbers, where a status stands in a tensor. */
const kinds: readonly Status['kind'][] = ['success', 'max-steps', 'step-too-small', 'non-finite', 'stopped']

export const statusCode = ({ kind }: Status): number => kinds.indexOf(kind)

const advice: Record<Failure['kind'], string> = {
  'max-steps':
    'the limit of steps is reached. Raise maxSteps, loosen the tolerances, or use a stiff method if steps stay tiny.',
  'step-too-small':
    'the step has become too small to advance t. The solution may blow up there, or the problem may be stiff or discontinuous; loosen the tolerances or check the right-hand side.',
  'non-finite':
    'the right-hand side or the state is NaN or infinite, however small the step. Check the right-hand side and its parameters near this time.',
  stopped: 'onProgress returned false.',
}

export function failure(
  kind: Failure['kind'],
  at: { readonly t: number; readonly h: number; readonly step: number },
): Failure {
  const { t, h, step } = at
  return {
    kind,
    t,
    h,
    step,
    message: `at t = ${t.toPrecision(8)}, h = ${h.toExponential(2)}, after ${step} accepted steps: ${advice[kind]}`,
  }
}
