import { excerpt } from './data-file-error.ts'
import { complain, numberIn, type DataText, type Line } from './data-text.ts'

/** The `#` line of a Touchstone 1 file. */
export interface TouchstoneOptions {
  /** Hz in one unit of the frequency column. */
  readonly unit: number
  readonly parameter: 'S' | 'Y' | 'Z' | 'H' | 'G'
  /** Pairs of numbers are real and imaginary part; magnitude and degrees; decibels and degrees. */
  readonly format: 'RI' | 'MA' | 'DB'
  /** Reference resistance in Ω. */
  readonly resistance: number
}

const units: Readonly<Record<string, number>> = { HZ: 1, KHZ: 1e3, MHZ: 1e6, GHZ: 1e9 }
const parameters = ['S', 'Y', 'Z', 'H', 'G'] as const
const formats = ['RI', 'MA', 'DB'] as const

const oneOf = <T extends string>(choices: readonly T[], word: string): T | undefined =>
  choices.find((choice) => choice === word)

/**
 * The options of a line `# GHz S MA R 50`, in any order and case; what is left out has the value of this line.
 *
 * @throws DataFileError for a word that is none of these.
 */
export function touchstoneOptions(caller: string, source: DataText, line: Line): TouchstoneOptions {
  const words = line.text.trim().slice(1).trim().toUpperCase().split(/\s+/)
  const found: { -readonly [K in keyof TouchstoneOptions]: TouchstoneOptions[K] } = {
    unit: 1e9,
    parameter: 'S',
    format: 'MA',
    resistance: 50,
  }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const [parameter, format] = [oneOf(parameters, word), oneOf(formats, word)]
    if (word in units) found.unit = units[word]
    else if (parameter !== undefined) found.parameter = parameter
    else if (format !== undefined) found.format = format
    else if (word === 'R') found.resistance = resistanceIn(caller, source, line, words[++i] ?? '')
    else if (word !== '') {
      throw complain(
        caller,
        source,
        line,
        `expected Hz, kHz, MHz or GHz, S, Y, Z, H or G, RI, MA or DB, and R with a resistance, got ${excerpt(word)} in ${excerpt(line.text.trim())}.`,
      )
    }
  }
  return found
}

function resistanceIn(caller: string, source: DataText, line: Line, word: string): number {
  const resistance = numberIn(word)
  if (resistance !== undefined && resistance > 0) return resistance
  throw complain(caller, source, line, `expected a resistance above 0 Ω behind R, got ${excerpt(word)}.`)
}
