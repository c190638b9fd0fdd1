import { checkFigure } from './check-figure.ts'
import { requireSameLength } from './errors.ts'
import type { Axis, ComplexArray, Figure, Series } from './figure.ts'
import { sortedByX } from './sorted-by-x.ts'

/** A complex quantity on its own frequency grid. */
export type FrequencyResponse = { readonly frequency: ArrayLike<number> } & ComplexArray

/** What `bodeFigure` draws. */
export type BodeOptions = {
  readonly title: string
  /** The complex quantity, for example `Z` in `Ω`, or `S21` without a unit. */
  readonly quantity: { readonly label: string; readonly unit?: string }
  /** `log` frequency if it states no scale. */
  readonly frequency: Axis
  readonly data: FrequencyResponse
  /** On any grid. */
  readonly fit?: FrequencyResponse
  /** `log`: |q| in its unit on a log axis. `linear`: the same on a linear one. `dB`: 20 log₁₀ |q|, for ratios. */
  readonly magnitude?: 'log' | 'linear' | 'dB'
  /** `principal`: within ±180°. `unwrapped`: without jumps from one frequency to the next. */
  readonly phase?: 'principal' | 'unwrapped'
}

/**
 * Magnitude above phase in degrees, against one frequency axis.
 *
 * @throws PlotError for data that cannot be drawn, such as a magnitude of zero on a log or dB axis.
 */
export function bodeFigure(options: BodeOptions): Figure {
  const { title, quantity, frequency, data, fit, magnitude = 'log', phase = 'principal' } = options
  const x: Axis = { scale: 'log', ...frequency }
  const unit = quantity.unit === undefined ? {} : { unit: quantity.unit }
  const size: Axis =
    magnitude === 'dB'
      ? { label: `|${quantity.label}|`, unit: 'dB' }
      : { label: `|${quantity.label}|`, ...unit, scale: magnitude }
  const responses = [response('data', 'points', data), ...(fit === undefined ? [] : [response('fit', 'line', fit)])]
  const panel = (y: Axis, values: readonly (readonly number[])[]) => ({
    x,
    y,
    height: 190,
    series: responses.map(({ name, kind, frequency }, i): Series => ({ name, kind, x: frequency, y: values[i] })),
  })
  const principal = responses.map(({ re, im }) => re.map((value, i) => (Math.atan2(im[i], value) * 180) / Math.PI))
  const sizes = responses.map(({ re, im }) => re.map((value, i) => Math.hypot(value, im[i])))
  return checkFigure('bodeFigure', {
    title,
    sharedX: true,
    panels: [
      panel(size, magnitude === 'dB' ? sizes.map((one) => one.map((value) => 20 * Math.log10(value))) : sizes),
      panel(
        { label: `arg ${quantity.label}`, unit: '°' },
        phase === 'principal' ? principal : sameTurn(principal.map(unwrapped)),
      ),
    ],
  })
}

type Response = Pick<Series, 'name' | 'kind'> & Record<'frequency' | 're' | 'im', readonly number[]>

/** From low to high frequency, as a line and an unwrapped phase need it. */
function response(name: string, kind: Series['kind'], { frequency, re, im }: FrequencyResponse): Response {
  requireSameLength('bodeFigure', `series '${name}' (x = Re, y = Im)`, re, im)
  const byRe = sortedByX('bodeFigure', frequency, re)
  return { name, kind, frequency: byRe.x, re: byRe.y, im: sortedByX('bodeFigure', frequency, im).y }
}

/** Adds whole turns, so that no step from one phase to the next is more than half a turn. */
function unwrapped(phases: readonly number[]): readonly number[] {
  let turns = 0
  return phases.map((value, i) => {
    if (i > 0) turns -= Math.round((value - phases[i - 1]) / 360)
    return value + 360 * turns
  })
}

/** Adds whole turns to the later curves, so that all of them begin within half a turn of the first. */
const sameTurn = (curves: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  curves.map((curve) => {
    const turns = Math.round((curves[0][0] - curve[0]) / 360)
    return curve.map((value) => value + 360 * turns)
  })
