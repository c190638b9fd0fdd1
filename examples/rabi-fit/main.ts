/**
 * A measured Rabi oscillation of a Rydberg excitation, fitted through a Bloch ODE.
 *
 * p(t) = a0 + a1 (1 − Re z(t)) + s t with z' = (−1/T1 + 2πi f) z, z(0) = e^{iφ}; f in MHz, T1 in µs, φ in rad, s in 1/µs. The Jacobian
 * comes from the solve's jvp, Jᵀr from its adjoint. The drift s t stands for a term a2 (1 − e^{−t/Td}) of the source, of which the
 * data fix a2/Td alone.
 *
 * Expected (axm108/Rydberg; recomputed): f = 3.08481 ± 0.0015 MHz, T1 = 2.743 ± 0.070 µs, φ = −67.52°, sum of squares 0.98930.
 */
import { sub, type OnProgress } from '@cad/core'
import { fit, param, valuesOf } from '@cad/fit'
import { fitFigure } from '@cad/plot'
import type { FitExample, Findings } from '../fit-example.ts'
import { runIfMain } from '../run-if-main.ts'
import { guessOscillation, readRabi } from './measurement.ts'
import { rabiClosedForm, rabiModel, type RabiParameters } from './model.ts'

function run(onProgress: OnProgress): Findings {
  const { t, signal } = readRabi()
  const guess = guessOscillation({ t, signal })
  const span = t.data[t.size - 1]
  const degree = Math.PI / 180
  const report = fit({
    title: 'Rabi oscillation through a Bloch ODE',
    parameters: {
      f: param(guess.f, { unit: 'MHz', bounds: [0, Infinity], reference: 3.08481 }),
      T1: param(span / 2.5, { unit: 'µs', bounds: [0, Infinity], reference: 2.743 }),
      phi: param(guess.phi, { unit: 'rad', reference: -67.52107 * degree }),
      a0: param(0, { reference: -0.0039552 }),
      a1: param(guess.a1, { reference: 0.551295 }),
      s: param(0, { unit: '1/µs', reference: -0.0470175 }),
    },
    model: (p: RabiParameters) => rabiModel(t, p),
    data: signal,
    onProgress,
  })
  const [f, T1, phi] = report.parameters.map(({ value }) => Number(value))
  const values = valuesOf(report)
  const fitted = rabiModel(t, values)
  const crossCheck = Math.max(...sub(fitted, rabiClosedForm(t, values)).data.map(Math.abs))
  const [, standardError] = report.parameters
  return {
    report,
    start: `from the data: f ${guess.f.toFixed(3)} MHz, phase and a1 from the strongest term of the periodogram, T1 a part of the record's length, no offset, no drift`,
    derived: [
      { label: 'phase φ', value: `${(phi / degree).toFixed(3)}°` },
      { label: 'largest distance of the ODE from the closed form', value: crossCheck.toExponential(1) },
      { label: 'quality f T1', value: (f * T1).toFixed(2) },
    ],
    checks: [
      { name: 'f (MHz)', value: f, expected: 3.08481, tolerance: 0.0015 },
      { name: 'T1 (µs)', value: T1, expected: 2.743, tolerance: 0.07 },
      {
        name: 'standard error of T1 (µs)',
        value: Number(standardError.standardError),
        expected: 0.07,
        tolerance: 0.002,
      },
      { name: 'sum of squares', value: report.loss, expected: 0.9893, tolerance: 1e-4 },
      { name: 'ODE − closed form', value: crossCheck, expected: 0, tolerance: 1e-7 },
    ],
    figures: [
      fitFigure({
        title: 'Rabi oscillation',
        x: { label: 't', unit: 'µs' },
        y: { label: 'signal' },
        data: { x: t.data, y: signal.data },
        fit: { y: fitted.data },
      }),
    ],
  }
}

export const rabiFit: FitExample = {
  name: 'rabi-fit',
  title: 'Rabi oscillation of a Rydberg excitation (axm108/Rydberg, SR080317_026.dat)',
  source: { data: 'github.com/axm108/Rydberg, model_fitting/rabi/SR080317_026.dat, commit a144435', licence: 'MIT' },
  run,
}

await runIfMain(import.meta.url, rabiFit)
