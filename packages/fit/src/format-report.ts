import { formatNumber, formatValue } from './format-number.ts'
import type { FitReport, ParameterReport } from './report.ts'

/** One fact about a fit. */
export interface Fact {
  readonly label: string
  readonly value: string | number
}

/** The facts of a fit beside its parameters, in the order of a page. */
export function reportFacts(report: FitReport): Fact[] {
  const {
    dataCount,
    parameterCount,
    degreesOfFreedom,
    reducedChiSquared,
    aic,
    bic,
    condition,
    timestamp,
    omittedCount,
  } = report
  const optionalFacts: readonly (readonly [string, number | undefined])[] = [
    ['reduced χ²', reducedChiSquared],
    ['AIC', aic],
    ['BIC', bic],
    ['condition of J', condition],
  ]
  return [
    { label: 'ended', value: `${report.status}: ${report.message}` },
    { label: 'method', value: report.method },
    { label: 'loss at start', value: formatNumber(report.startLoss) },
    { label: 'loss (χ²)', value: formatNumber(report.loss, 8) },
    { label: 'rms residual', value: formatNumber(report.rms) },
    { label: 'weighting', value: report.weighting },
    ...(omittedCount === undefined ? [] : [{ label: 'points omitted', value: omittedCount }]),
    { label: 'real data − parameters', value: `${dataCount} − ${parameterCount} = ${degreesOfFreedom}` },
    ...optionalFacts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value: formatNumber(value) }])),
    { label: 'standard errors', value: `${report.level}, ${kinds[report.standardErrors]}` },
    { label: 'iterations', value: report.iterations },
    { label: 'evaluations', value: report.evaluations },
    { label: 'seconds', value: formatNumber(report.seconds, 3) },
    ...(timestamp === undefined ? [] : [{ label: 'time', value: timestamp }]),
    ...Object.entries(report.versions).map(([label, value]) => ({ label, value })),
  ]
}

const kinds: Readonly<Record<FitReport['standardErrors'], string>> = {
  absolute: 'absolute: not scaled by the reduced χ²',
  scaled: 'scaled by the reduced χ²',
}

const headings = ['parameter', 'value', 'unit', 'reference', 'deviation', 'note'] as const

/** The report as text: warnings, the table of parameters with standard errors in the last digits, and the facts. */
export function formatReport(report: FitReport): string {
  const rows = report.parameters.map(rowOf)
  const shown = headings.map((_, i) => i < 2 || rows.some((row) => row[i] !== ''))
  const pick = (row: readonly string[]): string[] => row.filter((_, i) => shown[i])
  const table = align([pick(headings), ...rows.map(pick)])
  const facts = align(reportFacts(report).map(({ label, value }) => [label, String(value)]))
  const warnings = report.warnings.map((warning) => `Warning: ${warning}`)
  const parts = [report.title === undefined ? [] : [report.title], warnings, table, facts]
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function rowOf({ name, value, standardError, unit = '', reference, deviation = '', note = '' }: ParameterReport) {
  const known = reference === undefined ? '' : formatValue(reference)
  return [name, formatValue(value, standardError), unit, known, deviation, note]
}

/** Rows as lines, columns two spaces apart. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => widthOf(row[i]))))
  return rows.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat(widths[i] - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Characters, not UTF-16 units. */
const widthOf = (text: string): number => Array.from(text).length
