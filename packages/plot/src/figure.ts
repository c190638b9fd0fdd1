/** How positions on an axis follow from values. */
export type AxisScale = 'linear' | 'log'

/** One axis: what it shows, in which unit, on which scale. */
export type Axis = {
  /** The quantity, for example `f` or `Re Z`. */
  readonly label: string
  /** Unit of the numbers as given; nothing is converted. Left out for numbers without a unit. */
  readonly unit?: string
  /** `linear` if left out. */
  readonly scale?: AxisScale
  /** True for counts: no ticks between whole numbers. */
  readonly integer?: boolean
}

/** Points (measured) or a line (computed) through (x, y), in the order given. */
export type Series = {
  /** Stands in the legend. A name has the same colour in all panels of a figure. */
  readonly name: string
  readonly kind: 'points' | 'line'
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** One pair of axes with its series, the first one drawn lowest. */
export type Panel = {
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** `equal`: one unit is equally long on both axes, as a circle demands. `free` if left out. */
  readonly aspect?: 'free' | 'equal'
  /** True draws the line y = 0 and makes room for it. */
  readonly zeroLine?: boolean
  /** Height of the plotting area in pixels; panels of equal aspect choose their own. */
  readonly height?: number
}

/** A titled picture of panels from top to bottom. */
export type Figure = {
  readonly title: string
  readonly panels: readonly Panel[]
  /** True: all panels have one x domain, and only the lowest one is labelled. */
  readonly sharedX?: boolean
}

/** A complex number as plain data. */
export type ComplexNumber = { readonly re: number; readonly im: number }

/** Complex numbers as two arrays of one length. */
export type ComplexArray = { readonly re: ArrayLike<number>; readonly im: ArrayLike<number> }

/** The axis title, with the unit in brackets: `f (MHz)`. */
export function axisTitle({ label, unit = '' }: Axis): string {
  return unit === '' ? label : `${label} (${unit})`
}
