import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** A data file that is missing or malformed; the message names file and line. */
export class DataFileError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DataFileError'
  }
}

/** The lines of a text file. */
export function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause)
    throw new DataFileError(`readLines: cannot read ${path}: ${reason}. The measured data belong into examples/data.`)
  }
}

/** Which lines of a table are rows, and which of their fields are numbers to keep, counted from 0. */
export interface TableFormat {
  readonly columns: readonly number[]
  /** First line of the table, counted from 0. */
  readonly firstLine?: number
  /** Lines that begin with this are skipped, like empty ones. */
  readonly comment?: string
}

/**
 * Reads columns of numbers, separated by blanks, tabs or commas.
 *
 * @returns one array a column, in the order of `columns`.
 * @throws DataFileError that names file and line for a missing field, for anything but a finite number, or if no row is left.
 */
export function readColumns(path: string, { columns, firstLine = 0, comment }: TableFormat): Float64Array[] {
  const rows: number[][] = []
  readLines(path).forEach((line, i) => {
    const text = line.trim()
    if (i < firstLine || text === '' || (comment !== undefined && text.startsWith(comment))) return
    rows.push(parseRow(`${basename(path)}:${i + 1}`, text, columns))
  })
  if (rows.length === 0)
    throw new DataFileError(
      `readColumns: ${basename(path)} holds no rows of numbers after line ${firstLine}. Is it complete?`,
    )
  return columns.map((_, k) => Float64Array.from(rows, (row) => row[k]))
}

function parseRow(where: string, text: string, columns: readonly number[]): number[] {
  const fields = text.split(/[\s,;]+/)
  return columns.map((column) => {
    const field = fields[column]
    if (field === undefined) {
      throw new DataFileError(
        `readColumns: ${where}: expected at least ${column + 1} fields, got ${fields.length}: '${text.slice(0, 60)}'. Is the row cut off?`,
      )
    }
    const value = Number(field)
    if (Number.isFinite(value) && field !== '') return value
    throw new DataFileError(
      `readColumns: ${where}: expected a number in field ${column + 1}, got '${field.slice(0, 30)}'. Numbers have a decimal point and no unit.`,
    )
  })
}
