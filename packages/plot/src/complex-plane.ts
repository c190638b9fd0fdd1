import { checkFigure } from './check-figure.ts'
import { requireSameLength } from './errors.ts'
import type { Axis, ComplexArray, Figure, Panel } from './figure.ts'

/** What `complexPlaneFigure` draws. */
export type ComplexPlaneOptions = {
  readonly title: string
  /** The complex quantity, for example `Z` in `Ω`, or `S21` without a unit. */
  readonly quantity: { readonly label: string; readonly unit?: string }
  readonly data: ComplexArray
  /** The fitted curve in its own order, on any grid. */
  readonly fit?: ComplexArray
  /** Which imaginary part points upwards; `−Im` is the custom for impedances (Nyquist). */
  readonly upwards?: 'Im' | '−Im'
  /** Real and imaginary residuals, of the sign of `quantity`, against frequency in a panel below. */
  readonly residual?: { readonly frequency: ArrayLike<number>; readonly axis: Axis } & ComplexArray
}

/**
 * A complex quantity as a curve in its plane, one unit equally long on both axes: resonance circles, Nyquist plots.
 *
 * @throws PlotError for data that cannot be drawn.
 */
export function complexPlaneFigure(options: ComplexPlaneOptions): Figure {
  const { title, quantity, data, fit, upwards = 'Im', residual } = options
  const unit = quantity.unit === undefined ? {} : { unit: quantity.unit }
  const curve = (name: string, kind: 'points' | 'line', { re, im }: ComplexArray) => {
    requireSameLength('complexPlaneFigure', `series '${name}' (x = Re, y = Im)`, re, im)
    return { name, kind, x: re, y: upwards === 'Im' ? im : Array.from(im, (value) => -value) }
  }
  const plane: Panel = {
    aspect: 'equal',
    x: { label: `Re ${quantity.label}`, ...unit },
    y: { label: `${upwards} ${quantity.label}`, ...unit },
    series: [curve('data', 'points', data), ...(fit === undefined ? [] : [curve('fit', 'line', fit)])],
  }
  const panels = residual === undefined ? [plane] : [plane, residualPanel(residual, { label: 'Residual', ...unit })]
  return checkFigure('complexPlaneFigure', { title, panels })
}

function residualPanel({ frequency, axis, re, im }: Required<ComplexPlaneOptions>['residual'], y: Axis): Panel {
  return {
    x: axis,
    y,
    zeroLine: true,
    height: 120,
    series: [
      { name: 'residual, Re', kind: 'points', x: frequency, y: re },
      { name: 'residual, Im', kind: 'points', x: frequency, y: im },
    ],
  }
}
