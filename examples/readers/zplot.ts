import { readColumns } from './columns.ts'
import { DataFileError } from './data-file-error.ts'
import { linesOf, nameOf, type DataText } from './data-text.ts'

/** An impedance spectrum: f in Hz, Z = re + i im in Ω. */
export interface ImpedanceSpectrum {
  readonly f: Float64Array
  readonly re: Float64Array
  readonly im: Float64Array
}

const endOfHeader = 'End Comments'

/**
 * Reads a ZPlot file (.z): a header, whose last line names the columns, the line `End Comments`, then rows f, amplitude, bias, time, Z′, Z″,
 * … The rows are read as they stand; the header may announce another number. Older files without names have these places.
 *
 * @throws DataFileError that names file and line.
 */
export function readZplot(source: DataText): ImpedanceSpectrum {
  const lines = linesOf(source).map(({ text }) => text)
  const end = lines.findIndex((line) => line.trim() === endOfHeader)
  if (end < 0) {
    throw new DataFileError(
      `readZplot: ${nameOf(source)} has no line '${endOfHeader}', with which the header of a ZPlot file ends. Is it another format?`,
      nameOf(source),
    )
  }
  const isNamed = end > 0 && lines[end - 1].trim().startsWith('Freq(Hz)')
  // The names stay above the rows, and every row at its line.
  const table = lines.map((line, i) => (i === end || i < end - 1 ? '' : line)).join('\n')
  const columns = isNamed ? ['Freq(Hz)', "Z'(a)", "Z''(b)"] : [0, 4, 5]
  const firstLine = isNamed ? end - 1 : end + 1
  const [f, re, im] = readColumns({ name: nameOf(source), text: table }, { columns, firstLine })
  return { f, re, im }
}
