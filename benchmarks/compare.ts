/**
 * Times cases side by side and prints ratios of their medians. The one file that imports benny.
 *
 * A call costs benny's loop some nanoseconds and the sink below a few more, so a case that takes less than about 1 µs must loop inside
 * and say how often with `calls`; ratios of such cases are else pulled towards 1.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import benny from 'benny'

/** One comparison: what is expected and why, and the cases, of which the baseline (by default the first) counts as 1. */
export type Comparison = {
  readonly expected: string
  readonly baseline?: string
  readonly cases: Readonly<Record<string, () => unknown>>
  /** Every case does its work so many times; the times are those of one. */
  readonly calls?: number
  /** Medians that another process of this run has measured, in seconds; `calls` does not apply to them. */
  readonly measured?: Readonly<Record<string, number>>
  /** The longest time that one case is measured, in seconds. */
  readonly maxTime?: number
}

/** Median time of one call in seconds, and its ratio to the baseline's. */
export type CaseResult = { readonly name: string; readonly median: number; readonly ratio: number }

/** What a comparison measured, as it stands in the JSON file of the run. */
export type SuiteResult = {
  readonly title: string
  readonly expected: string
  readonly baseline: string
  readonly cases: readonly CaseResult[]
}

/** Holds the last result of each case, so that the engine cannot drop a computation whose result nobody reads. */
export const sink: { value: unknown } = { value: undefined }

const suitesOfThisRun: SuiteResult[] = []

/**
 * Measures the cases one after the other in this process, prints a table, and adds it to the JSON file of the run,
 * benchmarks/results/<bench name>.json.
 *
 * @returns the median of each case in seconds, by its name.
 * @throws Error if a case throws or returns a promise, or if the baseline is not one of the cases.
 */
export async function compare(title: string, comparison: Comparison): Promise<Record<string, number>> {
  const { expected, cases, calls = 1, measured = {}, maxTime = 1 } = comparison
  const names = Object.keys({ ...measured, ...cases })
  const baseline = comparison.baseline ?? names[0]
  if (baseline === undefined || !names.includes(baseline))
    throw new Error(`compare: the baseline '${baseline}' of '${title}' is not one of its cases: ${names.join(', ')}.`)
  for (const [name, run] of Object.entries(cases)) warmUp(title, name, run)

  const ofAllCalls = Object.entries(await measure(title, cases, maxTime))
  const ofOneCall = Object.fromEntries(ofAllCalls.map(([name, median]) => [name, median / calls]))
  const medians = { ...measured, ...ofOneCall }
  const results = Object.entries(medians).map(([name, median]) => ({ name, median, ratio: median / medians[baseline] }))
  const suite: SuiteResult = { title, expected, baseline, cases: results }
  console.log(formatSuite(suite))
  suitesOfThisRun.push(suite)
  writeResults(suitesOfThisRun)
  return medians
}

/** Calls a case for 0.1 s, at least once, so that it is compiled when the measurement begins. */
function warmUp(title: string, name: string, run: () => unknown): void {
  const end = performance.now() + 100
  do sink.value = run()
  while (performance.now() < end)
  if (sink.value instanceof Promise)
    throw new Error(`compare: the case '${name}' of '${title}' returns a promise; cases must be synchronous.`)
}

async function measure(title: string, cases: Comparison['cases'], maxTime: number): Promise<Record<string, number>> {
  if (Object.keys(cases).length === 0) return {} // benny would never finish
  // benny takes a case that returns a function for set-up, and one that returns a promise for asynchronous: return nothing.
  const entries = Object.entries(cases).map(([name, run]) =>
    benny.add(
      name,
      () => {
        sink.value = run()
      },
      { maxTime, minSamples: 5 },
    ),
  )
  const summary = await silently(() => benny.suite(title, ...entries))
  return Object.fromEntries(summary.results.map(({ name, details }) => [name, details.median]))
}

/** benny announces each suite on the console; this table takes the place of that. */
async function silently<T>(action: () => Promise<T>): Promise<T> {
  const { log } = console
  console.log = () => {}
  try {
    return await action()
  } finally {
    console.log = log
  }
}

/** The table of one comparison. */
export function formatSuite({ title, expected, baseline, cases }: SuiteResult): string {
  const width = Math.max(...cases.map(({ name }) => name.length))
  const rows = cases.map(({ name, median, ratio }) => {
    const mark = name === baseline ? '  (baseline)' : ''
    return `  ${name.padEnd(width)}  ${formatTime(median).padStart(10)}  ${ratio.toFixed(2).padStart(7)} ×${mark}`
  })
  return ['', title, ...rows, `  expected: ${expected}`].join('\n')
}

/** A time in seconds with three digits, in ns, µs, ms or s. */
export function formatTime(seconds: number): string {
  const units = [
    { unit: 's', size: 1 },
    { unit: 'ms', size: 1e-3 },
    { unit: 'µs', size: 1e-6 },
  ]
  const { unit, size } = units.find((one) => seconds >= one.size) ?? { unit: 'ns', size: 1e-9 }
  const value = seconds / size
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`
}

function writeResults(suites: readonly SuiteResult[]): void {
  const name = basename(process.argv[1] ?? 'benchmark').replace(/(\.bench)?\.[cm]?[jt]s$/, '')
  const folder = process.env.BENCH_RESULTS ?? join(import.meta.dirname, 'results')
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', date: new Date().toISOString() }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ name, ...machine, suites }, null, 2)}\n`)
}
