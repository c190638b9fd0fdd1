import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { add, complex, exp, linspace, mul, sub, tensor } from '@cad/core'
import { complexParam, fit, formatReport, fromJson, param, reportFacts, startFrom, toJson, valuesOf } from '@cad/fit'
import { version } from '../src/version.ts'

const t = linspace(0, 3, 25)
const parameters = {
  rate: complexParam(complex(-0.2, 2.1), { unit: '1/s', reference: complex(-0.3, 2) }),
  gain: param(1, { unit: 'V', bounds: [0, Infinity], reference: 1.5 }),
  offset: param(0.25, { fixed: true }),
}
const model = ({ rate, gain, offset }: ReturnType<typeof valuesOf<keyof typeof parameters>>) =>
  add(offset, mul(gain, exp(mul(rate, t))))
const noise = mul(
  0.01,
  tensor(Array.from({ length: 25 }, (_, i) => ({ re: Math.sin(9 * i), im: Math.cos(5 * i * i) }))),
)
const data = add(model({ rate: complex(-0.3, 2), gain: tensor(1.5), offset: tensor(0.25) }), noise)
const report = fit({
  parameters,
  model,
  data,
  title: 'Damped oscillation',
  timestamp: '2026-01-01T00:00:00Z',
  versions: { '@cad/ode': '0.1.0' },
})

describe('a report', () => {
  it('is plain data that survives JSON', () => {
    expect(fromJson(toJson(report))).toEqual(report)
  })

  it('is refused by fromJson with the place of what is wrong', () => {
    const change = (edit: (draft: Record<string, unknown>) => void) => () => {
      const draft = JSON.parse(toJson(report)) as Record<string, unknown>
      edit(draft)
      return fromJson(JSON.stringify(draft))
    }
    expect(() => fromJson('{ "schema": ')).toThrow('fromJson: expected JSON text')
    expect(change((draft) => (draft.schema = 'cad-fit-report/1'))).toThrow(
      `fromJson: expected 'cad-fit-report/2' at .schema, got "cad-fit-report/1".`,
    )
    expect(change((draft) => delete draft.loss)).toThrow('fromJson: expected a finite number at .loss, got undefined.')
    expect(change((draft) => (draft.history = [{}]))).toThrow('at .history[0].iteration, got undefined')
    expect(change((draft) => (draft.status = 'ok'))).toThrow("expected 'gradient' or 'step'")
    const parameters = [{ ...report.parameters[1], value: 'x' }]
    expect(change((draft) => Object.assign(draft, { parameters }))).toThrow(
      'expected a number or { re, im } at .parameters[0].value, got "x"',
    )
  })

  it('is refused by toJson if it holds what JSON cannot', () => {
    expect(() => toJson({ ...report, rms: NaN })).toThrow('toJson: expected a finite number at .rms, got NaN.')
  })

  it('names its version as package.json does', () => {
    const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    expect((JSON.parse(text) as { version: string }).version).toBe(version)
    expect(report.versions).toEqual({ '@cad/fit': version, '@cad/ode': '0.1.0' })
  })

  it('covers the reference: the deviations are those of the noise', () => {
    for (const { deviationSigma } of report.parameters.slice(0, 2)) expect(Math.abs(deviationSigma!)).toBeLessThan(4)
  })
})

describe('formatReport', () => {
  it('prints an aligned table with standard errors in the last digits, and the facts', () => {
    const text = formatReport(report)
    const lines = text.split('\n')
    expect(lines[0]).toBe('Damped oscillation')
    expect(lines[2]).toMatch(/^parameter +value +unit +reference +deviation +note$/)
    expect(lines[3]).toMatch(/^rate +-0\.\d+\(\d+\) \+ [12]\.\d+\(\d+\) i +1\/s +-0\.3 \+ 2 i +\d\.\d σ/)
    expect(lines[4]).toMatch(/^gain +1\.\d+\(\d+\) +V +1\.5 +-?\d\.\d σ/)
    expect(lines[5]).toMatch(/^offset +0\.25 +fixed$/)
    const column = lines[2].indexOf('unit')
    expect(lines[3].slice(column).startsWith('1/s')).toBe(true)
    expect(lines[4].slice(column).startsWith('V')).toBe(true)
    expect(text).toMatch(/real data − parameters +50 − 3 = 47/)
    expect(text).toMatch(/standard errors +1 σ, scaled by the reduced χ²/)
  })

  it('shows as facts what a page about the fit needs', () => {
    const labels = reportFacts(report).map(({ label }) => label)
    expect(labels).toEqual(
      expect.arrayContaining(['ended', 'weighting', 'loss at start', 'evaluations', 'seconds', '@cad/fit']),
    )
  })
})

describe('startFrom', () => {
  it('goes on from the values of a report', () => {
    const half = fit({ parameters, model, data, maxIterations: 1 })
    const rest = fit({ parameters: startFrom(fromJson(toJson(half))), model: (p) => model(p as never), data })
    expect(rest.startLoss).toBeCloseTo(half.loss, 10) // the log of the gain is taken once more
    expect(rest.loss).toBeCloseTo(report.loss, 10)
    expect(rest.parameters.map(({ unit, fixed, reference }) => [unit, fixed, reference])).toEqual(
      report.parameters.map(({ unit, fixed, reference }) => [unit, fixed, reference]),
    )
  })

  it('moves a value off its bound', () => {
    const capped = fit({
      parameters: { gain: param(0.5, { bounds: [0, 1] }) },
      model: (p) => mul(p.gain, t),
      data: mul(2, t),
    })
    expect(capped.parameters[0].note).toBe('at upper bound')
    const { gain } = startFrom(capped)
    expect(gain.initial).toBeLessThan(1)
    expect(gain.initial).toBeGreaterThan(0.99)
  })
})

describe('valuesOf', () => {
  it('gives the model its fitted parameters', () => {
    const residual = sub(model(valuesOf(report)), data)
    expect(residual.data.reduce((total, r) => total + r * r, 0)).toBeCloseTo(report.loss, 12)
  })
})
