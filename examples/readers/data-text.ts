import { DataFileError } from './data-file-error.ts'

/** The text of a data file with a name for messages. A bare text has none. */
export type DataText = string | { readonly name: string; readonly text: string }

/** A line of a text. */
export interface Line {
  /** Without blanks at its ends that separate nothing. */
  readonly text: string
  /** Counted from 1. */
  readonly number: number
}

export const nameOf = (source: DataText): string => (typeof source === 'string' ? 'text' : source.name)

/** The lines of a text, whatever ends them, without the byte-order mark. */
export function linesOf(source: DataText): Line[] {
  const text = typeof source === 'string' ? source : source.text
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ text: line, number: i + 1 }))
}

const pattern = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/

/** The number that a field holds, with an exponent by E or Fortran's D; undefined if it is none, or too large for one. */
export function numberIn(field: string, decimal: '.' | ',' = '.'): number | undefined {
  const text = decimal === ',' ? (field.includes('.') ? '' : field.replace(',', '.')) : field
  if (!pattern.test(text)) return undefined
  const value = Number(text.replace(/[dD]/, 'e'))
  return Number.isFinite(value) ? value : undefined
}

/** A complaint about a line. */
export function complain(caller: string, source: DataText, line: Line, what: string): DataFileError {
  const name = nameOf(source)
  return new DataFileError(`${caller}: ${name}:${line.number}: ${what}`, name, line.number)
}
