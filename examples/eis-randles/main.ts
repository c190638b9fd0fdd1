/**
 * Impedance spectrum of a dummy circuit: a resistor in series with a resistor parallel to a capacitor, R0 − p(R1, C1).
 *
 * Z(f) = R0 + R1/(1 + i ω R1 C1), ω = 2πf; R0 and R1 in Ω, C1 in F; all 48 complex points, unweighted.
 *
 * Expected (impedance.py; recomputed in double precision): R0 = 29.141(36) Ω, R1 = 46.653(47) Ω, C1 = 1.0428e-5(2.9e-8) F.
 */
import type { Tensor } from '@cad/core'
import { add, complex, div, mul, sub, tensor, type OnProgress } from '@cad/core'
import { fit, param, valuesOf } from '@cad/fit'
import { bodeFigure, complexPlaneFigure } from '@cad/plot'
import { dataFile } from '../data-file.ts'
import type { FitExample, Findings } from '../fit-example.ts'
import { readTextFile } from '../readers/text-file.ts'
import { readZplot, type ImpedanceSpectrum } from '../readers/zplot.ts'
import { runIfMain } from '../run-if-main.ts'

interface RandlesParameters {
  readonly R0: Tensor
  readonly R1: Tensor
  readonly C1: Tensor
}

/** Z in Ω at the angular frequencies omega in rad/s. */
export function randlesModel(omega: Tensor, { R0, R1, C1 }: RandlesParameters): Tensor {
  return add(R0, div(R1, add(1, complex(0, mul(omega, mul(R1, C1))))))
}

/** R0 and R1 from the ends of the real part, C1 from the frequency at which −Im Z is largest. */
function startFromData({ f, re, im }: ImpedanceSpectrum) {
  const R0 = Math.min(...re)
  const R1 = Math.max(...re) - R0
  const top = im.indexOf(Math.min(...im))
  return { R0, R1, C1: 1 / (2 * Math.PI * f[top] * R1) }
}

function run(onProgress: OnProgress): Findings {
  const spectrum = readZplot(readTextFile(dataFile('EIS_Circuit1_1.z')))
  const { f, re, im } = spectrum
  const omega = tensor(f.map((x) => 2 * Math.PI * x))
  const Z = complex(tensor(re), tensor(im))
  const guess = startFromData(spectrum)
  const positive = [0, Infinity] as const
  const report = fit({
    title: 'Dummy circuit R0 − p(R1, C1), unweighted',
    parameters: {
      R0: param(guess.R0, { unit: 'Ω', bounds: positive, reference: 29.14112 }),
      R1: param(guess.R1, { unit: 'Ω', bounds: positive, reference: 46.65257 }),
      C1: param(guess.C1, { unit: 'F', bounds: positive, reference: 1.042824e-5 }),
    },
    model: (p: RandlesParameters) => randlesModel(omega, p),
    data: Z,
    onProgress,
  })
  const [R0, R1, C1] = report.parameters
  const fitted = randlesModel(omega, valuesOf(report))
  const residual = partsOf(sub(Z, fitted))
  const dense = logarithmicGrid(Math.min(...f), Math.max(...f), 200)
  const curve = partsOf(randlesModel(tensor(dense.map((x) => 2 * Math.PI * x)), valuesOf(report)))
  const within = (name: string, value: number, expected: number, relative: number) => ({
    name,
    value,
    expected,
    tolerance: expected * relative,
  })
  return {
    report,
    start: `from the data: R0 ${guess.R0.toFixed(2)} Ω and R1 ${guess.R1.toFixed(2)} Ω from the ends of Re Z, C1 ${guess.C1.toExponential(2)} F from the top of −Im Z`,
    derived: [
      { label: 'time constant R1 C1', value: `${(1e3 * Number(R1.value) * Number(C1.value)).toPrecision(5)} ms` },
    ],
    checks: [
      within('R0 (Ω)', Number(R0.value), 29.141, 1e-3),
      within('R1 (Ω)', Number(R1.value), 46.653, 1e-3),
      within('C1 (F)', Number(C1.value), 1.0428e-5, 1e-3),
      // The published errors have two digits.
      within('standard error of R0', Number(R0.standardError), 0.036, 0.02),
      within('standard error of R1', Number(R1.standardError), 0.047, 0.02),
      within('standard error of C1', Number(C1.standardError), 2.9e-8, 0.02),
      within('sum of squares (Ω²)', report.loss, 2.4431894, 1e-6),
    ],
    figures: [
      complexPlaneFigure({
        title: 'Nyquist plot',
        quantity: { label: 'Z', unit: 'Ω' },
        upwards: '−Im',
        data: { re, im },
        fit: curve,
        residual: { frequency: f, axis: { label: 'f', unit: 'Hz', scale: 'log' }, ...residual },
      }),
      bodeFigure({
        title: 'Bode plot',
        quantity: { label: 'Z', unit: 'Ω' },
        frequency: { label: 'f', unit: 'Hz', scale: 'log' },
        data: { frequency: f, re, im },
        fit: { frequency: dense, ...curve },
      }),
    ],
  }
}

/** `count` frequencies from `low` to `high`, equally spaced in the logarithm. */
const logarithmicGrid = (low: number, high: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)))

const partsOf = ({ data, size }: Tensor) => ({
  re: Float64Array.from({ length: size }, (_, i) => data[2 * i]),
  im: Float64Array.from({ length: size }, (_, i) => data[2 * i + 1]),
})

export const eisRandles: FitExample = {
  name: 'eis-randles',
  title: 'Impedance of a dummy circuit (impedance.py, Circuit1_EIS_1.z)',
  source: { data: 'impedance.py, J. Open Source Software 5 (2020) 2349, file Circuit1_EIS_1.z', licence: 'MIT' },
  run,
}

await runIfMain(import.meta.url, eisRandles)
