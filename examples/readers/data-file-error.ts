/** A data file that is missing, malformed, or that can be read in two ways; the message names file and line, and what was seen. */
export class DataFileError extends Error {
  /** Name of the file, or of the text. */
  readonly file: string
  /** Counted from 1; undefined for the file as a whole. */
  readonly line: number | undefined

  constructor(message: string, file: string, line?: number) {
    super(message)
    this.name = 'DataFileError'
    this.file = file
    this.line = line
  }
}

/** A part of a line for a message. */
export const excerpt = (text: string): string => `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`
