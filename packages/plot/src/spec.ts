import { checkFigure } from './check-figure.ts'
import { type Domain, equalFrame, extent, widen } from './domain.ts'
import { type Axis, type Figure, type Panel, type Series, axisTitle } from './figure.ts'
import { logTicks } from './log-ticks.ts'
import { config, dashes, lineSymbol, palette, shapes, size, textWidth } from './theme.ts'

/** A Vega-Lite specification: plain JSON, to be drawn, saved or changed by any tool that knows the format. */
export type VegaLiteSpec = { readonly [key: string]: unknown }

/** How a series looks: one colour in the whole figure, one shape or dash in its panel. */
type Look = { readonly colour: string; readonly shape: string; readonly dash: readonly number[] }
type Frame = { readonly x: Domain; readonly y: Domain; readonly height: number }

/**
 * Translates a figure to Vega-Lite: panels below each other, each a layer of points and lines with all data inline.
 *
 * Domains are those of the data and a margin, never rounded outwards to zero; numbers are labelled as given, without SI
 * prefixes; a panel has a legend if it has more than one series and none above has named them all.
 *
 * @throws PlotError for a figure that cannot be drawn.
 */
export function vegaLiteSpec(figure: Figure): VegaLiteSpec {
  const { title, panels, sharedX = false } = checkFigure('vegaLiteSpec', figure)
  const frames = panels.map((panel) => frame(panel, sharedX ? panels : [panel]))
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))]
  const colours = new Map(names.map((name, i) => [name, palette[i % palette.length]]))
  const named = new Set<string>()

  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: { text: lines(title) },
    spacing: 14,
    resolve: { scale: independent, legend: independent },
    vconcat: panels.map((panel, i) => {
      const known = panel.series.every(({ name }) => named.has(name))
      const legend = panel.series.length > 1 && !known
      if (legend) panel.series.forEach(({ name }) => named.add(name))
      return panelSpec(panel, frames[i], { colours, legend, xLabels: !sharedX || i === panels.length - 1 })
    }),
  }
}

// Vega-Lite would merge the legends of panels with different series.
const independent = { color: 'independent', shape: 'independent', strokeDash: 'independent' }

/** The plotting area of a panel whose x axis shows the values of several panels. */
function frame(panel: Panel, sharing: readonly Panel[]): Frame {
  const xData = extent(sharing.flatMap(({ series }) => series.map(({ x }) => x)))
  const yData = extent([...panel.series.map(({ y }) => y), panel.zeroLine === true ? [0] : []])
  const x = widen(xData, 0.02, panel.x.scale)
  const y = widen(yData, 0.06, panel.y.scale)
  if (panel.aspect === 'equal') return equalFrame(x, y, size.width, [size.leastEqual, size.mostEqual])
  return { x, y, height: panel.height ?? size.height }
}

type PanelContext = {
  readonly colours: ReadonlyMap<string, string>
  readonly legend: boolean
  readonly xLabels: boolean
}

function panelSpec(panel: Panel, { x, y, height }: Frame, { colours, legend, xLabels }: PanelContext): VegaLiteSpec {
  const position = {
    x: channel('x', panel.x, x, xLabels ? {} : { labels: false, ticks: false, title: null }),
    y: channel('y', panel.y, y, {}),
  }
  const looks = panelLooks(panel.series, colours)
  const zero = { data: { values: [{ y: 0 }] }, mark: { type: 'rule', color: '#666666' }, encoding: { y: position.y } }
  return {
    width: size.width,
    height,
    layer: [
      ...(panel.zeroLine === true ? [zero] : []),
      ...panel.series.map((series) => layer(series, position, appearance(panel.series, looks, legend))),
    ],
  }
}

function channel(field: 'x' | 'y', axis: Axis, domain: Domain, hidden: VegaLiteSpec): VegaLiteSpec {
  const scale = axis.scale === 'log' ? { type: 'log' } : { type: 'linear', zero: false }
  return {
    field,
    type: 'quantitative',
    scale: { ...scale, domain, nice: false },
    axis: { title: axisTitle(axis), ...numbers(axis, domain), ...hidden },
  }
}

/** As many entries of the legend beside each other as the width allows. */
function legendColumns(names: readonly string[]): number {
  for (let columns = names.length; columns > 1; columns--) {
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...names.filter((_, i) => i % columns === column).map((name) => textWidth(name, 13) + 40)),
    )
    if (widths.reduce((sum, width) => sum + width, 0) <= size.width) return columns
  }
  return 1
}

/** Ticks and labels: decimals as the step demands, powers of ten where decimals would be long. */
function numbers({ scale, integer = false }: Axis, domain: Domain): VegaLiteSpec {
  const ticks = scale === 'log' ? logTicks(domain) : []
  if (ticks.length > 0) {
    const labels = Object.fromEntries(ticks.map(({ value, label }) => [String(value), label]))
    const values = ticks.map(({ value }) => value)
    return { values, labelExpr: `${JSON.stringify(labels)}[datum.value]`, labelOverlap: false }
  }
  const largest = Math.max(Math.abs(domain[0]), Math.abs(domain[1]))
  if (integer) return { format: 'd', tickMinStep: 1 }
  if (largest >= 1e-3 && largest < 1e5) return { format: 'f' }
  return { format: 'e', labelExpr: `datum.value == 0 ? '0' : replace(datum.label, 'e+', 'e')` }
}

function panelLooks(series: readonly Series[], colours: ReadonlyMap<string, string>): readonly Look[] {
  const points = series.filter(({ kind }) => kind === 'points')
  const curves = series.filter(({ kind }) => kind === 'line')
  return series.map((one) => ({
    colour: colours.get(one.name) ?? palette[0],
    shape: one.kind === 'line' ? lineSymbol : shapes[points.indexOf(one) % shapes.length],
    dash: one.kind === 'line' ? dashes[curves.indexOf(one) % dashes.length] : dashes[0],
  }))
}

/** Colour, shape and dash of all series of a panel: equal in all layers, so that Vega-Lite makes one legend of them. */
function appearance(series: readonly Series[], looks: readonly Look[], legend: boolean): Record<keyof Look, object> {
  const domain = series.map(({ name }) => name)
  const by = (range: readonly unknown[]) => ({
    field: 'series',
    type: 'nominal',
    scale: { domain, range },
    legend: legend ? { columns: legendColumns(domain), symbolType: lineSymbol } : null,
  })
  return {
    colour: by(looks.map(({ colour }) => colour)),
    shape: by(looks.map(({ shape }) => shape)),
    dash: by(looks.map(({ dash }) => dash)),
  }
}

function layer({ name, kind, x, y }: Series, position: object, look: Record<keyof Look, object>): VegaLiteSpec {
  const values = Array.from(x, (xi, i) => ({ x: xi, y: y[i], series: name, i }))
  return kind === 'points'
    ? {
        data: { values },
        mark: { type: 'point', size: 26, strokeWidth: 1.4, opacity: 0.8 },
        encoding: { ...position, color: look.colour, shape: look.shape },
      }
    : {
        data: { values },
        mark: { type: 'line', strokeWidth: 2 },
        // In the order given: a circle goes back in x, where Vega-Lite would sort.
        encoding: { ...position, color: look.colour, strokeDash: look.dash, order: { field: 'i', type: 'ordinal' } },
      }
}

const charactersPerLine = 56

/** Breaks a title between words, since SVG text does not. */
function lines(title: string): readonly string[] {
  const broken: string[] = []
  for (const word of title.split(/\s+/)) {
    const last = broken.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= charactersPerLine) broken.push(`${broken.pop()} ${word}`)
    else broken.push(word)
  }
  return broken
}
