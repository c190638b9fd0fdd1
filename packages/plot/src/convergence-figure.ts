import { checkFigure } from './check-figure.ts'
import { extent } from './domain.ts'
import { PlotError, requireFinite } from './errors.ts'
import type { Axis, Figure, Series } from './figure.ts'

/** Loss at iteration 0 (the start), 1, 2, …, under a name. */
export type LossHistory = { readonly name: string; readonly loss: ArrayLike<number> }

/** What `convergenceFigure` draws. */
export type ConvergenceOptions = {
  readonly title: string
  /** One history for each run or method. */
  readonly histories: readonly LossHistory[]
  /** `loss` without a unit if left out. */
  readonly lossAxis?: { readonly label: string; readonly unit?: string }
}

/**
 * Loss against iteration on a log axis.
 *
 * A log axis has no place for zero and no sense for negative numbers. A loss of exactly zero is drawn as a point at the
 * lower edge, in a series that says so; if any loss is negative, or none is positive, the axis is linear.
 *
 * @throws PlotError for an empty history or a loss that is not finite.
 */
export function convergenceFigure({ title, histories, lossAxis }: ConvergenceOptions): Figure {
  for (const { name, loss } of histories) checkHistory(name, loss)
  const [least, most] = extent(histories.map(({ loss }) => loss))
  const scale = least >= 0 && most > 0 ? 'log' : 'linear'
  const y: Axis = { label: 'loss', ...lossAxis, scale }
  const series = scale === 'log' ? logSeries(histories) : histories.map((history) => line(history, () => true))
  return checkFigure('convergenceFigure', {
    title,
    panels: [{ x: { label: 'iteration', integer: true }, y, series }],
  })
}

function checkHistory(name: string, loss: ArrayLike<number>): void {
  if (loss.length === 0) {
    throw new PlotError(`convergenceFigure: the history '${name}' must have at least one loss, got none. Leave it out.`)
  }
  requireFinite('convergenceFigure', `the history '${name}'`, loss)
}

/** Lines of the positive losses, and zeros as points a decade below the least of them. */
function logSeries(histories: readonly LossHistory[]): readonly Series[] {
  const losses = histories.map(({ loss }) => Array.from(loss))
  const [leastPositive] = extent(losses.map((loss) => loss.filter((value) => value > 0)))
  const zeros = losses.flatMap((loss) => loss.flatMap((value, i) => (value === 0 ? [i] : [])))
  const curves = histories.map((history) => line(history, (value) => value > 0)).filter(({ x }) => x.length > 0)
  if (zeros.length === 0) return curves
  const edge = zeros.map(() => leastPositive / 10)
  return [...curves, { name: 'loss = 0 (at the lower edge)', kind: 'points', x: zeros, y: edge }]
}

function line({ name, loss }: LossHistory, shown: (value: number) => boolean): Series {
  const iterations = Array.from(loss, (_, i) => i).filter((i) => shown(loss[i]))
  return { name, kind: iterations.length > 1 ? 'line' : 'points', x: iterations, y: iterations.map((i) => loss[i]) }
}
