import { basename } from 'node:path'
import { DataFileError, readColumns, readLines } from './columns.ts'

/** An impedance spectrum: f in Hz, Z = re + i im in Ω. */
export interface ImpedanceSpectrum {
  readonly f: Float64Array
  readonly re: Float64Array
  readonly im: Float64Array
}

const endOfHeader = 'End Comments'

/**
 * Reads a ZPlot file (.z): a header, the line `End Comments`, then rows f, amplitude, bias, time, Z′, Z″, … The rows are read as they
 * stand; the header may announce another number.
 */
export function readZplot(path: string): ImpedanceSpectrum {
  const header = readLines(path).findIndex((line) => line.trim() === endOfHeader)
  if (header < 0) {
    throw new DataFileError(
      `readZplot: ${basename(path)} has no line '${endOfHeader}', with which the header of a ZPlot file ends. Is it another format?`,
    )
  }
  const [f, re, im] = readColumns(path, { columns: [0, 4, 5], firstLine: header + 1 })
  return { f, re, im }
}
