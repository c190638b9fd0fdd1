import { tensor, type Tensor } from '@cad/core'
import { dataFile } from '../data-file.ts'
import { readColumns } from '../readers/columns.ts'
import { readTextFile } from '../readers/text-file.ts'

/** Times in µs and the signal, scaled to run from 0 to 1. */
export interface RabiMeasurement {
  readonly t: Tensor
  readonly signal: Tensor
}

/** Rows left out at the end, where the source cuts the record. */
const droppedAtEnd = 170

/** The record as its source prepares it: minimum subtracted, divided by the maximum, first row and last rows dropped. */
export function readRabi(): RabiMeasurement {
  const [seconds, raw] = readColumns(readTextFile(dataFile('Rabi_SR080317_026.dat')), { columns: [1, 4] })
  const lowest = Math.min(...raw)
  const highest = Math.max(...raw) - lowest
  const kept = <T>(column: ArrayLike<T>): T[] => Array.from(column).slice(1, column.length - droppedAtEnd)
  return {
    t: tensor(kept(seconds).map((x) => 1e6 * x)),
    signal: tensor(kept(raw).map((x) => (x - lowest) / highest)),
  }
}

/** A first estimate of the oscillation from the data alone. */
export interface RabiGuess {
  readonly f: number
  readonly phi: number
  readonly a1: number
}

/**
 * Frequency (MHz), phase and amplitude of the strongest oscillation: the largest term of the periodogram on a grid of
 * 1/(2T), half the width of its peak. The signal falls where cos rises, hence the turn by π.
 */
export function guessOscillation({ t, signal }: RabiMeasurement): RabiGuess {
  const n = signal.size
  const mean = signal.data.reduce((sum, x) => sum + x, 0) / n
  const span = t.data[n - 1] - t.data[0]
  let best = { f: 0, re: 0, im: 0, power: -1 }
  for (let k = 2; k < n / 2; k++) {
    const f = k / (2 * span)
    let [re, im] = [0, 0]
    for (let i = 0; i < n; i++) {
      const angle = 2 * Math.PI * f * t.data[i]
      re += (signal.data[i] - mean) * Math.cos(angle)
      im -= (signal.data[i] - mean) * Math.sin(angle)
    }
    const power = re * re + im * im
    if (power > best.power) best = { f, re, im, power }
  }
  return { f: best.f, phi: Math.atan2(-best.im, -best.re), a1: (2 * Math.sqrt(best.power)) / n }
}
