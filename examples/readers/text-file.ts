import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { DataFileError } from './data-file-error.ts'
import type { DataText } from './data-text.ts'

/** The text of a file: UTF-8, or UTF-16 if its byte-order mark says so. In a browser, readers take the text of a `File` instead. */
export function readTextFile(path: string): Exclude<DataText, string> {
  try {
    const bytes = readFileSync(path)
    const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
    return { name: basename(path), text: bytes.toString(isWide ? 'utf16le' : 'utf8') }
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause)
    throw new DataFileError(
      `readTextFile: cannot read ${path}: ${reason}. The measured data belong into examples/data.`,
      path,
    )
  }
}
