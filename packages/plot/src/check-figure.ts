import { PlotError, requireFinite, requirePositive, requireSameLength } from './errors.ts'
import type { Figure, Panel } from './figure.ts'

/**
 * Passes on a figure that can be drawn.
 *
 * @param caller the public function whose argument the figure is, or was made from.
 * @throws PlotError for a figure without panels, a panel without series or with two series of one name, unequal lengths,
 *   empty series, values that are not finite, and values ≤ 0 on a log axis.
 */
export function checkFigure(caller: string, figure: Figure): Figure {
  if (figure.panels.length === 0) {
    throw new PlotError(`${caller}: a figure must have at least one panel, got none. Add one to 'panels'.`)
  }
  for (const panel of figure.panels) checkPanel(caller, panel)
  return figure
}

function checkPanel(caller: string, { x, y, series, aspect = 'free' }: Panel): void {
  const names = new Set(series.map(({ name }) => name))
  if (series.length === 0 || names.size < series.length) {
    throw new PlotError(
      `${caller}: the panel '${y.label}' must have one or more series with different names, ` +
        `got [${series.map(({ name }) => `'${name}'`).join(', ')}]. Name each series once.`,
    )
  }
  if (aspect === 'equal' && (x.scale === 'log' || y.scale === 'log')) {
    throw new PlotError(
      `${caller}: the panel '${y.label}' of equal aspect must have linear axes, got a log axis. Use aspect 'free'.`,
    )
  }
  for (const one of series) {
    requireSameLength(caller, `series '${one.name}'`, one.x, one.y)
    checkValues(caller, `x of series '${one.name}'`, one.x, x.scale === 'log')
    checkValues(caller, `y of series '${one.name}'`, one.y, y.scale === 'log')
  }
}

function checkValues(caller: string, what: string, values: ArrayLike<number>, log: boolean): void {
  requireFinite(caller, what, values)
  if (log) requirePositive(caller, what, values)
}
