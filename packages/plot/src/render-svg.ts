import { checkFigure } from './check-figure.ts'
import { escapeHtml } from './escape-html.ts'
import { type Figure, type Panel, axisTitle } from './figure.ts'
import { vegaLiteSpec } from './spec.ts'
import { drawSvg } from './vega-runtime.ts'

/** Options of `renderSvg`. */
export type SvgOptions = {
  /** Begins the identifiers in the SVG; give each picture of one page its own. */
  readonly id?: string
}

/**
 * Draws a figure as SVG, with its title and what it shows as text for those who cannot see it.
 *
 * The same figure gives the same string. For several figures: `Promise.all(figures.map((figure) => renderSvg(figure)))`.
 *
 * @throws PlotError (as a rejection) for a figure that cannot be drawn.
 */
export async function renderSvg(figure: Figure, { id = 'figure' }: SvgOptions = {}): Promise<string> {
  const svg = await drawSvg(vegaLiteSpec(checkFigure('renderSvg', figure)))
  const name = escapeHtml(id)
  const text =
    `<title id="${name}-title">${escapeHtml(figure.title)}</title>` +
    `<desc id="${name}-desc">${escapeHtml(describe(figure))}</desc>`
  return svg
    .replace(/ role="graphics-\w+"| aria-(roledescription|label)="[^"]*"/g, '')
    .replace(
      /^<svg ([^>]*)>/,
      (_, rest: string) => `<svg role="img" aria-labelledby="${name}-title ${name}-desc" ${rest}>${text}`,
    )
}

const describe = ({ panels }: Figure): string => panels.map(describePanel).join(' ')

const describePanel = ({ x, y, series }: Panel): string => {
  const contents = series.map((one) => `${one.name} (${one.kind}, ${one.x.length})`).join(', ')
  return `${axisTitle(y)} against ${axisTitle(x)}: ${contents}.`
}
