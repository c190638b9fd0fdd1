/**
 * Quality factor of a microwave resonator from its measured transmission.
 *
 * S(f) = (a + i b t)/(1 + i t), t = 2 Q_L (f − f_L)/f_L, with complex a (transmission at resonance) and b (far from it), real f_L in Hz
 * and Q_L. Points count by 1/(1 + t²); these weights are fixed within a fit and renewed from its result until they settle.
 *
 * Expected (NPL Report MAT 58; recomputed in double precision): f_L = 3.9878483549e9 Hz, Q_L = 7454.48, weighted rms 1.21645e-5,
 * unloaded Q_0 = Q_L/(1 − A|a − b|) = 7546 with A = 1/0.874.
 */
import type { Tensor } from '@cad/core'
import { add, complex, div, isComplex, mul, sub, tensor, type Complex, type OnProgress } from '@cad/core'
import { complexParam, fit, param, startFrom, valuesOf, type FitReport } from '@cad/fit'
import { complexPlaneFigure, fitFigure } from '@cad/plot'
import { dataFile } from '../data-file.ts'
import { type FitExample, type Findings } from '../fit-example.ts'
import { readColumns } from '../readers/columns.ts'
import { readTextFile } from '../readers/text-file.ts'
import { runIfMain } from '../run-if-main.ts'

interface ResonatorParameters {
  readonly fL: Tensor
  readonly QL: Tensor
  readonly a: Tensor
  readonly b: Tensor
}

/** t = 2 Q_L (f − f_L)/f_L */
const detuning = (f: Tensor, { fL, QL }: Pick<ResonatorParameters, 'fL' | 'QL'>): Tensor =>
  mul(mul(2, QL), div(sub(f, fL), fL))

/** S at the frequencies f in Hz. */
export function resonatorModel(f: Tensor, p: ResonatorParameters): Tensor {
  const it = complex(0, detuning(f, p))
  return div(add(p.a, mul(p.b, it)), add(1, it))
}

interface Measurement {
  readonly f: Tensor
  readonly S: Tensor
}

function readMeasurement(): Measurement {
  const [gigahertz, re, im] = readColumns(readTextFile(dataFile('NPL_MAT58_Figure6b.txt')), { columns: [0, 1, 2] })
  return { f: tensor(gigahertz.map((x) => 1e9 * x)), S: complex(tensor(re), tensor(im)) }
}

/** f_L at the largest |S|, Q_L from the width at half the power, a from that point; b = 0, no transmission far away. */
function startFromData({ f, S }: Measurement) {
  const power = f.data.map((_, i) => S.data[2 * i] ** 2 + S.data[2 * i + 1] ** 2)
  const top = power.indexOf(Math.max(...power))
  const inside = f.data.filter((_, i) => power[i] >= power[top] / 2)
  const width = inside[inside.length - 1] - inside[0]
  return {
    fL: f.data[top],
    QL: f.data[top] / width,
    a: { re: S.data[2 * top], im: S.data[2 * top + 1] },
    b: { re: 0, im: 0 },
  }
}

/** 1/(1 + t²) at the values of a report. */
function weightsFrom(f: Tensor, report: FitReport<'fL' | 'QL' | 'a' | 'b'>): Tensor {
  return tensor(detuning(f, valuesOf(report)).data.map((t) => 1 / (1 + t * t)))
}

const mostRounds = 20

/** Fits, renews the weights, and fits again until f_L and Q_L change by less than 1e-11. */
function fitReweighted({ f, S }: Measurement, onProgress: OnProgress) {
  const guess = startFromData({ f, S })
  const parameters = {
    fL: param(guess.fL, { unit: 'Hz', bounds: [0, Infinity], reference: 3.9878483549e9 }),
    QL: param(guess.QL, { bounds: [0, Infinity], reference: 7454.48 }),
    a: complexParam(guess.a, { reference: complex(7.423379e-3, -7.388352e-3) }),
    b: complexParam(guess.b, { reference: complex(-7.7745e-5, 3.3662e-5) }),
  }
  const model = (p: ResonatorParameters): Tensor => resonatorModel(f, p)
  const settings = { model, data: S, onProgress, title: 'Resonator: S = (a + i b t)/(1 + i t), weights 1/(1 + t²)' }
  const first = fit({ ...settings, parameters })
  const rounds = [first]
  for (let last = first; last.converged && rounds.length < mostRounds;) {
    const next = fit({ ...settings, parameters: startFrom(last) as typeof parameters, weights: weightsFrom(f, last) })
    rounds.push(next)
    const settled = [0, 1].every(
      (k) => Math.abs(Number(next.parameters[k].value) / Number(last.parameters[k].value) - 1) < 1e-11,
    )
    last = next
    if (settled) break
  }
  return { guess, rounds, report: wholeCourse(rounds) }
}

/** The last report, with start, history and counts of all rounds. */
function wholeCourse<Name extends string>(rounds: readonly FitReport<Name>[]): FitReport<Name> {
  const [first, last] = [rounds[0], rounds[rounds.length - 1]]
  const total = (count: (report: FitReport<Name>) => number): number =>
    rounds.reduce((sum, report) => sum + count(report), 0)
  return {
    ...last,
    parameters: last.parameters.map((row, i) => ({ ...row, initial: first.parameters[i].initial })),
    startLoss: first.startLoss,
    history: rounds.flatMap((report) => report.history).map((record, iteration) => ({ ...record, iteration })),
    iterations: total((report) => report.iterations),
    evaluations: total((report) => report.evaluations),
    seconds: total((report) => report.seconds),
  }
}

const complexOf = (x: number | Complex): Complex => (isComplex(x) ? x : { re: x, im: 0 })

function run(onProgress: OnProgress): Findings {
  const measured = readMeasurement()
  const { guess, rounds, report } = fitReweighted(measured, onProgress)
  const [fL, QL, a, b] = report.parameters.map(({ value }) => value)
  const loop = Math.hypot(complexOf(a).re - complexOf(b).re, complexOf(a).im - complexOf(b).im)
  const Q0 = Number(QL) / (1 - loop / 0.874)
  const fitted = resonatorModel(measured.f, valuesOf(report))
  const [data, curve, residual] = [measured.S, fitted, sub(measured.S, fitted)].map(partsOf)
  const kilohertz = measured.f.data.map((f) => (f - Number(fL)) / 1e3)
  const axis = { label: 'f − f_L', unit: 'kHz' }
  return {
    report,
    start: `from the data: f_L ${(guess.fL / 1e9).toFixed(7)} GHz at the largest |S|, Q_L ${guess.QL.toFixed(0)} from the width at half power, a from that point, b = 0`,
    derived: [
      { label: 'rounds of weights', value: rounds.length },
      { label: 'unloaded Q_0 = Q_L/(1 − |a − b|/0.874)', value: Q0.toFixed(1) },
    ],
    checks: [
      { name: 'f_L (Hz)', value: Number(fL), expected: 3.9878483549e9, tolerance: 3.9878483549e9 * 1e-9 },
      { name: 'Q_L', value: Number(QL), expected: 7454.48, tolerance: 0.5 },
      { name: 'weighted rms', value: report.rms, expected: 1.21645e-5, tolerance: 1e-9 },
      { name: 'Q_0', value: Q0, expected: 7546, tolerance: 1 },
    ],
    figures: [
      complexPlaneFigure({
        title: 'Resonance circle',
        quantity: { label: 'S21' },
        data,
        fit: curve,
        residual: { frequency: kilohertz, axis, ...residual },
      }),
      fitFigure({
        title: 'Transmission',
        x: axis,
        y: { label: '|S21|' },
        data: { x: kilohertz, y: modulus(data) },
        fit: { y: modulus(curve) },
      }),
    ],
  }
}

const partsOf = ({ data, size }: Tensor) => ({
  re: Float64Array.from({ length: size }, (_, i) => data[2 * i]),
  im: Float64Array.from({ length: size }, (_, i) => data[2 * i + 1]),
})

const modulus = ({ re, im }: { readonly re: Float64Array; readonly im: Float64Array }): Float64Array =>
  re.map((x, i) => Math.hypot(x, im[i]))

export const resonatorQ: FitExample = {
  name: 'resonator-q',
  title: 'Quality factor of a microwave resonator (NPL Report MAT 58, Figure 6b)',
  source: { data: 'A. P. Gregory, NPL Report MAT 58 (2021), file Figure6b.txt', licence: 'CC0-1.0' },
  run,
}

await runIfMain(import.meta.url, resonatorQ)
