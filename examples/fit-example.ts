import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatComplex, isComplex, progressLine, type OnProgress } from '@cad/core'
import { formatReport, reportFacts, type FitReport } from '@cad/fit'
import { convergenceFigure, renderHtml, renderSvg, type FactView, type Figure } from '@cad/plot'

/** A number that the example must reproduce: |value − expected| ≤ tolerance. */
export interface Check {
  readonly name: string
  readonly value: number
  readonly expected: number
  readonly tolerance: number
}

/** What one example found. */
export interface Findings {
  readonly report: FitReport
  /** Where the start came from, in one sentence. */
  readonly start: string
  /** Quantities computed from the parameters. */
  readonly derived: readonly FactView[]
  readonly checks: readonly Check[]
  /** The first one is also written by itself, as SVG. */
  readonly figures: readonly Figure[]
}

/** One fit of measured data. */
export interface FitExample {
  readonly name: string
  readonly title: string
  readonly source: { readonly data: string; readonly licence: string }
  readonly run: (onProgress: OnProgress) => Findings
}

const outFolder = join(import.meta.dirname, '..', 'out')

/**
 * Runs an example, prints what it found, writes out/<name>.html, .svg and .json, and says whether every check holds. An error is
 * printed by its message (file and line for bad data) and counts as a failure; other examples can go on.
 */
export async function runExample(example: FitExample): Promise<boolean> {
  console.log(`\n${example.title}`)
  try {
    return await runAndReport(example)
  } catch (error) {
    console.error(`${example.name}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)
    return false
  }
}

async function runAndReport(example: FitExample): Promise<boolean> {
  const findings = example.run(liveLine)
  if (process.stdout.isTTY) process.stdout.write('\n')
  const { report, start, derived, checks } = findings
  console.log(`start ${start}`)
  console.log(`      ${startValues(report)}; loss ${report.startLoss.toPrecision(6)}\n`)
  console.log(formatReport(report))
  for (const { label, value } of derived) console.log(`${label}: ${value}`)
  for (const check of checks) console.log(`${holds(check) ? 'ok  ' : 'FAIL'}  ${describe(check)}`)
  await writeOutputs(example, findings)
  console.log(`written: out/${example.name}.html, .svg, .json`)
  return checks.every(holds)
}

/** The start as `name = value unit`, one after the other. */
const startValues = ({ parameters }: FitReport): string =>
  parameters
    .map(({ name, initial, unit }) => {
      const value = isComplex(initial) ? formatComplex(initial) : String(Number(initial.toPrecision(6)))
      return `${name} = ${value}${unit === undefined ? '' : ` ${unit}`}`
    })
    .join(', ')

const holds = ({ value, expected, tolerance }: Check): boolean => Math.abs(value - expected) <= tolerance

const describe = ({ name, value, expected, tolerance }: Check): string =>
  `${name}: ${value.toPrecision(8)}, expected ${expected} ± ${tolerance.toPrecision(3)}`

/** One line that is written over on a terminal, and one line an iteration elsewhere. */
const liveLine: OnProgress = (progress) => {
  const line = progressLine(progress)
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`)
  else console.log(line)
}

async function writeOutputs({ name, title, source }: FitExample, findings: Findings): Promise<void> {
  const { report, start, derived, checks } = findings
  const loss = report.history.map((record) => record.loss)
  const figures = [
    ...findings.figures,
    convergenceFigure({ title: 'Convergence', histories: [{ name: report.method, loss }] }),
  ]
  const failed = checks.filter((check) => !holds(check))
  mkdirSync(outFolder, { recursive: true })
  const path = (ending: string): string => join(outFolder, `${name}.${ending}`)
  writeFileSync(path('svg'), await renderSvg(figures[0]))
  writeFileSync(
    path('html'),
    await renderHtml({
      title,
      summary:
        failed.length === 0
          ? `All ${checks.length} reference values are reproduced.`
          : `${failed.length} of ${checks.length} reference values are missed.`,
      parameters: report.parameters,
      facts: [{ label: 'start', value: `${start}: ${startValues(report)}` }, ...derived, ...reportFacts(report)],
      warnings: [...report.warnings, ...failed.map((check) => `Missed: ${describe(check)}.`)],
      figures,
      source,
    }),
  )
  writeFileSync(
    path('json'),
    `${JSON.stringify({ name, title, source, start, derived, checks, report }, undefined, 2)}\n`,
  )
}
