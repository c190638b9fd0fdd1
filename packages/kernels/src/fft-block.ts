import { passOf } from './fft-pass.ts'
import type { FftPlan } from './fft-plan.ts'

/**
 * The transform of `plan` along the first axis of X, shape [n, after], in place: one pass a radix, to and fro between X and
 * `work`, which is as long as X and is overwritten.
 */
export function transformBlock(plan: FftPlan, after: number, X: Float64Array, work: Float64Array, sign: 1 | -1): void {
  let [from, to] = [X, work]
  let length = plan.n
  let stride = after
  for (const radix of plan.radices) {
    passOf(radix)({ plan, length, stride, sign }, from, to)
    length /= radix
    stride *= radix
    ;[from, to] = [to, from]
  }
  if (from !== X) X.set(from)
}
