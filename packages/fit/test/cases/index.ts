import { isComplex, type Tensor } from '@cad/core'
import {
  complexParam,
  fit,
  formatReport,
  fromJson,
  identityTransform,
  logisticTransform,
  logTransform,
  negativeLogTransform,
  param,
  reportFacts,
  startFrom,
  toJson,
  valuesOf,
  type Fact,
  type FitReport,
  type ParameterSet,
} from '@cad/fit'
import { maxDifference, type Excluded } from '@cad/testing'
import type { AnyCase, FitCase, ParameterCase, ReportCase, Setup, TransformCase } from './fit-case.ts'

const fits: readonly FitCase[] = [{ name: 'fit', kind: 'fit', fit: (options) => fit(options) }]

const parameters: readonly ParameterCase[] = [
  {
    name: 'param',
    kind: 'parameter',
    parameters: {
      free: { parameter: param(1), truth: -2.5 },
      'with a unit and a reference': { parameter: param(1, { unit: 'Ω', reference: 2.5 }), truth: 2.5 },
      'above a bound': { parameter: param(1, { bounds: [0, Infinity] }), truth: 1e-3 },
      'below a bound': { parameter: param(1, { bounds: [-Infinity, 2] }), truth: -3 },
      'between bounds': { parameter: param(0.5, { bounds: [0, 1] }), truth: 0.9 },
      'with a transform': { parameter: param(1, { transform: logTransform(-1) }), truth: 3 },
      fixed: { parameter: param(1.25, { fixed: true, unit: 'V' }), truth: 1.25 },
    },
  },
  {
    name: 'complexParam',
    kind: 'parameter',
    parameters: {
      free: { parameter: complexParam(1), truth: { re: -2, im: 3 } },
      'with a unit and a reference': {
        parameter: complexParam({ re: 1, im: 1 }, { unit: '1/s', reference: { re: 0.5, im: -1 } }),
        truth: { re: 0.5, im: -1 },
      },
      fixed: { parameter: complexParam({ re: 1, im: -2 }, { fixed: true }), truth: { re: 1, im: -2 } },
    },
  },
]

const transforms: readonly TransformCase[] = [
  { name: 'identityTransform', kind: 'transform', transforms: [identityTransform] },
  { name: 'logTransform', kind: 'transform', transforms: [logTransform(), logTransform(-2)] },
  { name: 'negativeLogTransform', kind: 'transform', transforms: [negativeLogTransform(3)] },
  { name: 'logisticTransform', kind: 'transform', transforms: [logisticTransform(-1, 4), logisticTransform(0, 1)] },
]

function require(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** A case whose property is written for what its function makes. */
const ofReport = <T>(
  name: string,
  f: (report: FitReport) => T,
  requires: (made: T, report: FitReport, setup: Setup) => void,
): ReportCase => ({ name, kind: 'report', f, requires })

const reports: readonly ReportCase[] = [
  ofReport('formatReport', formatReport, (text, { title = '', parameters: rows, warnings }) => {
    for (const part of [title, ...warnings, ...rows.flatMap(({ name, unit = '' }) => [name, unit])])
      require(text.includes(part), `the text does not say ${part}`)
  }),
  ofReport('reportFacts', reportFacts, (facts: readonly Fact[], { status, versions }) => {
    const labels = facts.map(({ label }) => label)
    require(new Set(labels).size === labels.length, 'two facts have one label')
    require(String(facts[0].value).startsWith(status), 'the first fact is not how it ended')
    for (const name of Object.keys(versions)) require(labels.includes(name), `there is no version of ${name}`)
  }),
  ofReport('toJson', toJson, (text, report) => {
    require(text === JSON.stringify(report, undefined, 2), 'the text is not the report')
  }),
  ofReport(
    'fromJson',
    (report) => fromJson(toJson(report)),
    (read, report) => {
      require(JSON.stringify(read) === JSON.stringify(report), 'the report is not the one that was written')
    },
  ),
  ofReport('valuesOf', valuesOf, (values: Readonly<Record<string, Tensor>>, { parameters: rows }) => {
    for (const { name, value } of rows) {
      const found = values[name].item()
      require(isComplex(found) === isComplex(value), `${name} has changed its field`)
      require(maxDifference(values[name], value) === 0, `${name} is not the value of the report`)
    }
  }),
  ofReport('startFrom', startFrom, (next: ParameterSet, { loss, parameters: rows }, { options }) => {
    require(Object.keys(next).join() === rows.map(({ name }) => name).join(), 'the parameters have other names')
    const again = fit({ ...options, parameters: next, maxIterations: 1 })
    // The internal variables are computed back from the values: some ε of the loss, and of the data squared where it vanishes.
    require(Math.abs(again.startLoss - loss) <= 1e-9 * loss + 1e-24, `it starts at ${again.startLoss}, not at ${loss}`)
  }),
]

/** One entry for each export of @cad/fit: tests, and the rows of docs/fit-options.md, are made from it. */
export const cases: readonly AnyCase[] = [...fits, ...parameters, ...transforms, ...reports]

/** Exports that need no case, and why. */
export const excluded: Excluded = {}

export { fits, parameters, reports, transforms }
