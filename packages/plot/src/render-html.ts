import { PlotError } from './errors.ts'
import { escapeHtml } from './escape-html.ts'
import type { ComplexNumber } from './figure.ts'
import { formatComplex, formatNumber, formatUncertain } from './format-number.ts'
import { pageStyle } from './page-style.ts'
import { renderSvg } from './render-svg.ts'
import type { FactView, ParameterView, ReportView } from './report-view.ts'

/**
 * One HTML page about a fit: warnings, pictures, parameters, facts, source of the data.
 *
 * The page needs nothing else: no script, no style sheet, no font, no image. All text is escaped. The same report gives
 * the same string.
 *
 * @throws PlotError (as a rejection) for a figure that cannot be drawn, or an error that is real for a complex value.
 */
export async function renderHtml(report: ReportView): Promise<string> {
  const { title, summary, warnings, parameters, facts, figures, source } = report
  const pictures = await Promise.all(figures.map((figure, i) => renderSvg(figure, { id: `figure-${i + 1}` })))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="summary">${escapeHtml(summary)}</p>
${[
  warningBox(warnings),
  section('Parameters', parameters.length === 0 ? '' : parameterTable(parameters)),
  section('Figures', pictures.map((svg) => `<figure>${svg}</figure>`).join('\n')),
  section('Fit', facts.length === 0 ? '' : factTable(facts)),
]
  .filter((part) => part !== '')
  .join('\n')}
</main>
${sourceLine(source)}</body>
</html>
`
}

const section = (heading: string, body: string): string =>
  body === '' ? '' : `<section>\n<h2>${heading}</h2>\n${body}\n</section>`

function warningBox(warnings: readonly string[]): string {
  if (warnings.length === 0) return ''
  const items = warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`).join('\n')
  return `<section class="warnings" role="note">\n<h2>Warnings</h2>\n<ul>\n${items}\n</ul>\n</section>`
}

type Column = {
  readonly heading: string
  readonly style: 'number' | 'text' | 'note'
  readonly cell: (parameter: ParameterView) => string
}

const columns: readonly Column[] = [
  { heading: 'Value ± standard error', style: 'number', cell: valueWithError },
  { heading: 'Unit', style: 'text', cell: ({ unit = '' }) => unit },
  { heading: 'Reference', style: 'number', cell: ({ reference }) => (reference === undefined ? '' : exact(reference)) },
  { heading: 'Deviation', style: 'number', cell: ({ deviation = '' }) => deviation },
  { heading: 'Note', style: 'note', cell: ({ note = '' }) => note },
]

/** Columns that are empty in all rows are left out. */
function parameterTable(parameters: readonly ParameterView[]): string {
  const shown = columns.filter(({ cell }) => parameters.some((parameter) => cell(parameter) !== ''))
  const heads = ['Parameter', ...shown.map(({ heading }) => heading)].map((text) => `<th scope="col">${text}</th>`)
  const rows = parameters.map((parameter) => {
    const cells = shown.map(({ style, cell }) => `<td class="${style}">${escapeHtml(cell(parameter))}</td>`)
    return `<tr><th scope="row">${escapeHtml(parameter.name)}</th>${cells.join('')}</tr>`
  })
  return table('parameters', `<thead><tr>${heads.join('')}</tr></thead>\n`, rows)
}

function factTable(facts: readonly FactView[]): string {
  const text = (value: string | number) => (typeof value === 'number' ? formatNumber(value, 9) : value)
  const rows = facts.map(
    ({ label, value }) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(text(value))}</td></tr>`,
  )
  return table('facts', '', rows)
}

const table = (name: string, head: string, rows: readonly string[]): string =>
  `<div class="scroll"><table class="${name}">\n${head}<tbody>\n${rows.join('\n')}\n</tbody>\n</table></div>`

const exact = (value: number | ComplexNumber): string =>
  typeof value === 'number' ? formatNumber(value, 9) : formatComplex(value)

function valueWithError({ name, value, standardError: error }: ParameterView): string {
  if (error === undefined) return exact(value)
  if (typeof value === 'number' && typeof error === 'number') return formatUncertain(value, error)
  if (typeof value === 'object' && typeof error === 'object') return formatComplex(value, error)
  throw new PlotError(
    `renderHtml: value and standard error of '${name}' must both be real or both be complex, ` +
      `got a ${kind(value)} value and a ${kind(error)} error. Give an error of the kind of the value.`,
  )
}

const kind = (value: number | ComplexNumber): string => (typeof value === 'number' ? 'real' : 'complex')

function sourceLine(source: ReportView['source']): string {
  if (source === undefined) return ''
  const licence = source.licence === undefined ? '' : ` Licence: ${escapeHtml(source.licence)}.`
  return `<footer><p>Data: ${escapeHtml(source.data)}.${licence}</p></footer>\n`
}
