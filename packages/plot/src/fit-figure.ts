import { checkFigure } from './check-figure.ts'
import { PlotError, requireSameLength } from './errors.ts'
import type { Axis, Figure } from './figure.ts'
import { sortedByX } from './sorted-by-x.ts'

/** What `fitFigure` draws. */
export type FitFigureOptions = {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly data: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }
  /** The fitted model, at the x of the data or, if `residual` is given, on any grid. */
  readonly fit: { readonly x?: ArrayLike<number>; readonly y: ArrayLike<number> }
  /** Residuals at the x of the data; data − fit if left out. */
  readonly residual?: ArrayLike<number>
  /** Axis of the residuals; `Residual` in the unit of y if left out. */
  readonly residualAxis?: Axis
}

/**
 * Data as points and fit as line, above their residuals on the same x axis.
 *
 * @throws PlotError for data that cannot be drawn, and for a fit on another grid without `residual`.
 */
export function fitFigure({ title, x, y, data, fit, residual, residualAxis }: FitFigureOptions): Figure {
  requireSameLength('fitFigure', `series 'data'`, data.x, data.y)
  const fitX = fit.x ?? data.x
  const rest = { name: 'residual', kind: 'points', x: data.x, y: residual ?? differences(data, fitX, fit.y) } as const
  const unit = y.unit === undefined ? {} : { unit: y.unit }
  return checkFigure('fitFigure', {
    title,
    sharedX: true,
    panels: [
      {
        x,
        y,
        series: [
          { name: 'data', kind: 'points', ...data },
          { name: 'fit', kind: 'line', ...sortedByX('fitFigure', fitX, fit.y) },
        ],
      },
      { x, y: residualAxis ?? { label: 'Residual', ...unit }, series: [rest], zeroLine: true, height: 110 },
    ],
  })
}

function differences(data: FitFigureOptions['data'], fitX: ArrayLike<number>, fitY: ArrayLike<number>): number[] {
  requireSameLength('fitFigure', `series 'fit'`, fitX, fitY)
  const same = fitX.length === data.x.length && Array.from(data.x).every((xi, i) => xi === fitX[i])
  if (same) return Array.from(data.y, (yi, i) => yi - fitY[i])
  throw new PlotError(
    `fitFigure: the fit must be at the x of the data (${data.x.length} values), got another grid of ${fitX.length}. ` +
      `Give 'residual' at the x of the data.`,
  )
}
