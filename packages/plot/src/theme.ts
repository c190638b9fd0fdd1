/** Okabe & Ito's colours that stand out from white; told apart with every kind of colour vision. */
export const palette: readonly string[] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000']

/** Shapes of points and dashes of lines: a second sign beside the colour, for prints in grey. */
export const shapes: readonly string[] = ['circle', 'square', 'triangle-up', 'diamond', 'cross']
export const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
]

/** How a line looks in the legend, as a path from −1 to 1: longer than vega's own, to show dashes. */
export const lineSymbol = 'M-2,0L2,0'

/** Width in pixels that vega, without a canvas, reserves for a text. */
export const textWidth = (text: string, fontSize: number): number => 0.8 * fontSize * text.length

/** Lengths in pixels: the width of all panels, and the heights of those that do not state their own. */
export const size: Readonly<Record<'width' | 'height' | 'leastEqual' | 'mostEqual', number>> = {
  width: 560,
  height: 280,
  leastEqual: 220,
  mostEqual: 460,
}

const ink = '#222222'
const grid = '#e4e4e4'
const font = 'Helvetica, Arial, "Liberation Sans", sans-serif'

/** Vega-Lite configuration common to all figures. */
export const config: Readonly<Record<string, unknown>> = {
  background: 'white',
  font,
  padding: 10,
  // The root carries title and description; a role for each of a thousand points would drown them.
  aria: false,
  title: { anchor: 'start', fontSize: 14, fontWeight: 'bold', color: ink, offset: 10, lineHeight: 18 },
  view: { stroke: '#bbbbbb' },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelColor: ink,
    titleColor: ink,
    gridColor: grid,
    domainColor: '#888888',
    tickColor: '#888888',
    titlePadding: 8,
    labelFlush: false,
  },
  // Titles of panels below each other start at one distance.
  // Labels keep their distance by their number: without a canvas vega takes text for wider than it is and drops some.
  axisX: { tickCount: 6, labelOverlap: false },
  axisY: { minExtent: 60, titleAnchor: 'middle' },
  legend: {
    orient: 'top',
    direction: 'horizontal',
    title: null,
    labelFontSize: 13,
    labelColor: ink,
    labelLimit: 400,
    symbolSize: 50,
    symbolStrokeWidth: 2,
    symbolOpacity: 1,
    offset: 8,
    columnPadding: 12,
  },
}
