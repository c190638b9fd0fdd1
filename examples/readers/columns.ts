import { DataFileError, excerpt } from './data-file-error.ts'
import { complain, linesOf, nameOf, numberIn, type DataText, type Line } from './data-text.ts'
import { dialectOf, fieldsOf, hasNumber, type Dialect, type Separator } from './dialect.ts'

/** Which columns of a table to keep, and what is known of it. */
export interface TableFormat {
  /** Columns by their name in the header, or by their place, counted from 0. */
  readonly columns: readonly (string | number)[]
  /** First line of the table, names included, counted from 0. */
  readonly firstLine?: number
  /** What a comment begins with, at the start of a line or behind a blank. */
  readonly comment?: string | readonly string[]
  /** What an empty field, NaN or NA is: an error, or NaN, which `fit` leaves out with `missing: 'omit'`. */
  readonly missing?: 'error' | 'nan'
  /** Found once for the whole table if left out; a blank stands for any number of blanks and tabs. */
  readonly separator?: Separator
  /** Found once for the whole table if left out. */
  readonly decimal?: '.' | ','
}

const caller = 'readColumns'

/** A table in parts. */
interface Table {
  readonly source: DataText
  /** Lines above the first row that may hold names, those that are comments included. */
  readonly heads: readonly Line[]
  readonly rows: readonly Line[]
}

/**
 * Reads columns of numbers. The separator (tab, semicolon, comma or blanks) and the decimals (point or comma) are found once for the
 * whole table; every row must have as many fields as the first.
 *
 * @param source the text of a file, or `{ name, text }`, as `readTextFile(path)` gives it.
 * @returns one array a column, in the order of `columns`.
 * @throws DataFileError that names file and line and what was seen: for rows that can be read in two ways, a field too few or too
 *   many, an empty field, anything but a finite number, a name that the header does not have; if no row is left.
 */
export function readColumns(source: DataText, format: TableFormat): Float64Array[] {
  const { columns, missing = 'error', separator, decimal } = format
  const table = tableOf(source, format)
  const names = columns.filter((column) => typeof column === 'string')
  const fewest = Math.max(names.length, ...columns.map((column) => (typeof column === 'number' ? column + 1 : 1)))
  const hints = { fewest, header: table.heads.at(-1), separator, decimal }
  const dialect = dialectOf(caller, source, table.rows, hints)
  const places = placesOf(table, columns, dialect)
  const width = fieldsOf(table.rows[0].text, dialect.separator).length
  const rows = table.rows.map((line) => {
    const fields = fieldsOf(line.text, dialect.separator)
    if (fields.length !== width) throw raggedRow(table, line, fields.length, width)
    return places.map((place) =>
      valueOf(source, line, { field: fields[place], place, missing, decimal: dialect.decimal }),
    )
  })
  return columns.map((_, k) => Float64Array.from(rows, (row) => row[k]))
}

function tableOf(source: DataText, { firstLine = 0, comment = ['#', '%', '!'] }: TableFormat): Table {
  const signs = typeof comment === 'string' ? [comment] : comment
  const heads: Line[] = []
  const rows: Line[] = []
  for (const { text, number } of linesOf(source).slice(firstLine)) {
    const sign = signs.find((start) => text.trimStart().startsWith(start))
    const bare = sign === undefined ? withoutComment(text, signs) : text.trimStart().slice(sign.length)
    if (bare.trim() === '') continue
    const line = { text: bare, number }
    if (sign === undefined && (rows.length > 0 || hasNumber(bare))) rows.push(line)
    else if (rows.length === 0) heads.push(line)
  }
  if (rows.length > 0) return { source, heads, rows }
  throw new DataFileError(
    `${caller}: ${nameOf(source)} holds no rows of numbers after line ${firstLine}, got ${excerpt(heads.at(-1)?.text ?? '')}. ` +
      'Is it complete? A path is read by readTextFile(path).',
    nameOf(source),
  )
}

/** A line up to a comment behind it. */
function withoutComment(text: string, signs: readonly string[]): string {
  const ends = signs.flatMap((sign) => [` ${sign}`, `\t${sign}`].map((mark) => text.indexOf(mark)))
  const end = Math.min(...ends.filter((at) => at >= 0))
  return end === Infinity ? text : text.slice(0, end)
}

/** Where the columns stand. */
function placesOf({ source, heads, rows }: Table, columns: TableFormat['columns'], dialect: Dialect): number[] {
  const first = rows[0]
  const width = fieldsOf(first.text, dialect.separator).length
  const namesIn = (line: Line): string[] => namesOf(line, dialect, width)
  const isHeader = (line: Line): boolean =>
    columns.every((name) => typeof name === 'number' || namesIn(line).includes(name))
  const header = heads.findLast(isHeader)
  return columns.map((column) => {
    if (typeof column === 'number') {
      if (column < width) return column
      throw complain(
        caller,
        source,
        first,
        `expected at least ${column + 1} fields, got ${width}: ${excerpt(first.text)}. Is the row cut off?`,
      )
    }
    if (header === undefined) throw noSuchColumn(source, heads, column, first)
    const names = namesIn(header)
    const place = names.indexOf(column)
    if (names.length === width && names.lastIndexOf(column) === place) return place
    const problem =
      names.length === width
        ? `it stands twice in ${excerpt(header.text)}`
        : `${names.length} names stand above ${width} fields`
    throw complain(
      caller,
      source,
      header,
      `which column '${column}' is does not follow from the header: ${problem}. Give its place, counted from 0.`,
    )
  })
}

/** The names in a header; separators behind the last one, where no field stands, add none. */
function namesOf({ text }: Line, { separator }: Dialect, width: number): string[] {
  const names = fieldsOf(text, separator)
  while (names.length > width && names.at(-1) === '') names.pop()
  return names
}

function noSuchColumn(source: DataText, heads: readonly Line[], column: string, first: Line): DataFileError {
  const seen = heads.at(-1)
  if (seen === undefined)
    return complain(
      caller,
      source,
      first,
      `expected a header with the name '${column}' above, got ${excerpt(first.text)}. Give the place of the column.`,
    )
  return complain(
    caller,
    source,
    seen,
    `expected a header with the name '${column}', got ${excerpt(seen.text.trim())}. Names are compared letter by letter.`,
  )
}

const raggedRow = ({ source }: Table, line: Line, found: number, width: number): DataFileError =>
  complain(
    caller,
    source,
    line,
    `expected ${width} fields as in the first row, got ${found}: ${excerpt(line.text)}. Is the row cut off, or a field empty?`,
  )

interface Cell {
  readonly field: string
  readonly place: number
  readonly missing: 'error' | 'nan'
  readonly decimal: '.' | ','
}

function valueOf(source: DataText, line: Line, { field, place, missing, decimal }: Cell): number {
  const value = numberIn(field, decimal)
  if (value !== undefined) return value
  const isMissing = /^(|nan|na|n\/a)$/i.test(field)
  if (isMissing && missing === 'nan') return NaN
  const advice = isMissing
    ? "With missing: 'nan' it is NaN."
    : `Numbers have a decimal ${decimal === '.' ? 'point' : 'comma'} and no unit.`
  throw complain(caller, source, line, `expected a number in field ${place + 1}, got ${excerpt(field)}. ${advice}`)
}
