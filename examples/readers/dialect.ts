import { DataFileError, excerpt } from './data-file-error.ts'
import { complain, nameOf, numberIn, type DataText, type Line } from './data-text.ts'

export type Separator = '\t' | ';' | ',' | ' '

/** How the fields of a table are separated, and their decimals written. A blank stands for any number of blanks and tabs. */
export interface Dialect {
  readonly separator: Separator
  readonly decimal: '.' | ','
}

/** What is known before the rows are looked at. */
export interface Hints {
  /** Fewest columns that there must be. */
  readonly fewest: number
  readonly header: Line | undefined
  readonly separator: Separator | undefined
  readonly decimal: '.' | ',' | undefined
}

/**
 * The dialect of a table, one for all of its rows: tabs, else semicolons, else commas, else blanks. A comma is a decimal comma where
 * something else separates, also blanks: `1,5 2,25`.
 *
 * @throws DataFileError where the rows can be read in two ways, or mix both decimals.
 */
export function dialectOf(caller: string, source: DataText, rows: readonly Line[], hints: Hints): Dialect {
  const separator = hints.separator ?? separatorOf(caller, source, rows, hints)
  return { separator, decimal: hints.decimal ?? decimalOf(caller, source, rows, separator) }
}

/** The fields of a line; quotes around a field are taken away, and what is between them is one field. */
export function fieldsOf(line: string, separator: Separator): string[] {
  if (separator === ' ') return line.trim().split(/\s+/)
  if (!line.includes('"')) return line.split(separator).map((field) => field.trim())
  const fields = ['']
  let isQuoted = false
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted
    else if (character === separator && !isQuoted) fields.push('')
    else fields[fields.length - 1] += character
  }
  return fields.map((field) => field.trim())
}

/** Whether a line holds a number in whatever dialect: the rows above the first one are names and units. */
export const hasNumber = (line: string): boolean =>
  line.split(/[\t; ]+/).some((part) => isNumber(part) || part.split(',').some(isNumber))

const isNumber = (field: string): boolean => {
  const bare = field.replaceAll('"', '').trim()
  return numberIn(bare) !== undefined || numberIn(bare, ',') !== undefined
}

function separatorOf(caller: string, source: DataText, rows: readonly Line[], hints: Hints): Separator {
  const some = (character: string): boolean => rows.some(({ text }) => text.includes(character))
  if (some('\t') && rows.every(({ text }) => text.split('\t').every(isOneField))) return '\t'
  if (some(';')) return ';'
  return some(',') ? meaningOfCommas(caller, source, rows, hints) : ' '
}

/** Whether blanks separate nothing in it: at most one of its parts is a number. */
const isOneField = (field: string): boolean => field.trim().split(/\s+/).filter(isNumber).length < 2

function meaningOfCommas(
  caller: string,
  source: DataText,
  rows: readonly Line[],
  { fewest, header }: Hints,
): Separator {
  const separates = rows.every(({ text }) => fieldsOf(text, ',').every(isOneField))
  const isDecimal = rows.every(({ text }) => fieldsOf(text, ' ').every((field) => numberIn(field, ',') !== undefined))
  if (separates && isDecimal) {
    const names = header === undefined ? 0 : fieldsOf(header.text, ',').length
    if (names === 1 && fewest === 1) return ' '
    if (names > 1 || fewest > 1) return ','
  }
  if (separates !== isDecimal && !(separates && isUneven(rows))) return separates ? ',' : ' '
  const unclear = rows.find(({ text }) => text.includes(','))!
  throw complain(
    caller,
    source,
    unclear,
    `the commas may separate fields or be decimal commas, got ${excerpt(unclear.text)}. Say which by separator and decimal.`,
  )
}

/** Whether blanks follow some commas between fields and not others, as in `1,5, 2,25`. */
const isUneven = (rows: readonly Line[]): boolean => {
  const plain = rows.filter(({ text }) => !text.includes('"')).map(({ text }) => text.trim())
  return plain.some((text) => /,\s/.test(text)) && plain.some((text) => /,[^\s,]/.test(text))
}

function decimalOf(caller: string, source: DataText, rows: readonly Line[], separator: Separator): '.' | ',' {
  const firstWith = (mark: '.' | ','): Line | undefined =>
    rows.find(({ text }) =>
      fieldsOf(text, separator).some((field) => field.includes(mark) && numberIn(field, mark) !== undefined),
    )
  const [point, comma] = [firstWith('.'), firstWith(',')]
  if (comma === undefined) return '.'
  if (point === undefined) return ','
  throw new DataFileError(
    `${caller}: ${nameOf(source)}: decimals are written in two ways: ${excerpt(point.text)} in line ${point.number}, ${excerpt(comma.text)} in line ${comma.number}. ` +
      'Say by decimal which is meant, if the other columns do not matter.',
    nameOf(source),
    Math.max(point.number, comma.number),
  )
}
