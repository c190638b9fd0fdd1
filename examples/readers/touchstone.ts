import { DataFileError, excerpt } from './data-file-error.ts'
import { complain, linesOf, nameOf, numberIn, type DataText, type Line } from './data-text.ts'
import { touchstoneOptions, type TouchstoneOptions } from './touchstone-options.ts'

/** One entry of a network's matrix at all frequencies. */
export interface ComplexColumn {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** A network of one or two ports. */
export interface Network {
  readonly ports: 1 | 2
  /** In Hz, increasing. */
  readonly f: Float64Array
  readonly parameter: TouchstoneOptions['parameter']
  /** Reference resistance in Ω. */
  readonly resistance: number
  /**
   * Entries by name, `S11 S21 S12 S22` or with the letter of another parameter; Y, Z, H and G in S and Ω, not relative to the
   * reference as in the file.
   */
  readonly entries: Readonly<Record<string, ComplexColumn>>
  /** Rows of noise data behind the network's, which are not read. */
  readonly noiseRows: number
}

const caller = 'readTouchstone'

/** Order of the entries in a row; two ports come by columns. */
const orders = { 1: ['11'], 2: ['11', '21', '12', '22'] } as const

/** Factors from the normalized entries of the file, 11 21 12 22, as powers of the reference resistance. */
const powers: Readonly<Record<TouchstoneOptions['parameter'], readonly number[]>> = {
  S: [0, 0, 0, 0],
  Z: [1, 1, 1, 1],
  Y: [-1, -1, -1, -1],
  H: [1, 0, 0, -1],
  G: [-1, 0, 0, 1],
}

/**
 * Reads a Touchstone 1 file of one or two ports (.s1p, .s2p). Noise data behind a two-port are counted, not read.
 *
 * @param source the text of a file, or `{ name, text }`, as `readTextFile(path)` gives it. The ending of the name, or else the first row, tells
 *   the number of ports.
 * @throws DataFileError that names file and line and what was seen; for Touchstone 2, and for more than two ports.
 * @see Touchstone File Format Specification, version 1.1 (2002).
 */
export function readTouchstone(source: DataText): Network {
  const { options, rows } = partsOf(source)
  const ports = portsOf(source, rows[0])
  const { network, noiseRows } = withoutNoise(rows, ports)
  const order = orders[ports]
  for (const [i, row] of network.entries()) requireRow(source, row, i === 0 ? undefined : network[i - 1], ports)
  const { unit, parameter, resistance, format } = options
  const entries = order.map((name, k): [string, ComplexColumn] => {
    const factor = resistance ** powers[parameter][k]
    const pairs = network.map(({ numbers }) => complexOf(format, numbers[2 * k + 1], numbers[2 * k + 2]))
    return [
      `${parameter}${name}`,
      { re: Float64Array.from(pairs, ([re]) => factor * re), im: Float64Array.from(pairs, ([, im]) => factor * im) },
    ]
  })
  const f = Float64Array.from(network, ({ numbers }) => unit * numbers[0])
  return { ports, f, parameter, resistance, entries: Object.fromEntries(entries), noiseRows }
}

interface Row {
  readonly line: Line
  readonly numbers: readonly number[]
}

/** The option line, of which the first counts, and all rows of numbers. */
function partsOf(source: DataText): { readonly options: TouchstoneOptions; readonly rows: readonly Row[] } {
  let options: TouchstoneOptions | undefined
  const rows: Row[] = []
  for (const { text, number } of linesOf(source)) {
    const line = { text: text.split('!')[0].trim(), number }
    if (line.text === '') continue
    if (line.text.startsWith('[')) {
      throw complain(
        caller,
        source,
        line,
        `${excerpt(line.text)} belongs to Touchstone 2; this reader knows version 1. Export it as such.`,
      )
    }
    if (line.text.startsWith('#')) options ??= touchstoneOptions(caller, source, line)
    else rows.push({ line, numbers: numbersIn(source, line) })
  }
  const name = nameOf(source)
  if (options !== undefined && rows.length > 0) return { options, rows }
  const lacks = options === undefined ? "no option line such as '# GHz S RI R 50'" : 'no rows of numbers'
  throw new DataFileError(
    `${caller}: ${name} holds ${lacks}. Is it a Touchstone file? A path is read by readTextFile(path).`,
    name,
  )
}

function numbersIn(source: DataText, line: Line): number[] {
  return line.text.split(/\s+/).map((field, i) => {
    const value = numberIn(field)
    if (value !== undefined) return value
    throw complain(
      caller,
      source,
      line,
      `expected a number in field ${i + 1}, got ${excerpt(field)}. Numbers have a decimal point and blanks between them.`,
    )
  })
}

function portsOf(source: DataText, { line, numbers }: Row): 1 | 2 {
  const ending = /\.s(\d+)p$/i.exec(nameOf(source))
  const ports = ending === null ? Math.sqrt((numbers.length - 1) / 2) : Number(ending[1])
  if (ports === 1 || ports === 2) return ports
  const what = ending === null ? `${numbers.length} numbers in the first row` : `the ending ${ending[0]}`
  throw complain(
    caller,
    source,
    line,
    `expected one port (3 numbers a row) or two (9), got ${what}. This reader knows no more ports.`,
  )
}

/** The network's rows; noise data, five numbers a row, begin where the frequency falls back. */
function withoutNoise(
  rows: readonly Row[],
  ports: 1 | 2,
): { readonly network: readonly Row[]; readonly noiseRows: number } {
  const begin = rows.findIndex(
    ({ numbers }, i) => ports === 2 && i > 0 && numbers.length === 5 && numbers[0] <= rows[i - 1].numbers[0],
  )
  return begin < 0 ? { network: rows, noiseRows: 0 } : { network: rows.slice(0, begin), noiseRows: rows.length - begin }
}

function requireRow(source: DataText, { line, numbers }: Row, before: Row | undefined, ports: 1 | 2): void {
  const count = 2 * ports * ports + 1
  if (numbers.length !== count) {
    throw complain(
      caller,
      source,
      line,
      `expected ${count} numbers for ${ports === 1 ? 'one port' : 'two ports'}, got ${numbers.length}: ${excerpt(line.text)}. Is the row cut off?`,
    )
  }
  if (before !== undefined && numbers[0] <= before.numbers[0]) {
    throw complain(
      caller,
      source,
      line,
      `frequencies must increase, got ${numbers[0]} after ${before.numbers[0]}. Are two sweeps joined?`,
    )
  }
}

function complexOf(format: TouchstoneOptions['format'], a: number, b: number): readonly [re: number, im: number] {
  if (format === 'RI') return [a, b]
  const magnitude = format === 'MA' ? a : 10 ** (a / 20)
  const angle = (b * Math.PI) / 180
  return [magnitude * Math.cos(angle), magnitude * Math.sin(angle)]
}
