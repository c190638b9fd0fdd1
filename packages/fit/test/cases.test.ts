import { add, conj, linspace, mul, tensor, toTensor, type Complex } from '@cad/core'
import * as fitPackage from '@cad/fit'
import { fit, type FitReport, type ParameterReport } from '@cad/fit'
import { expectEveryExport, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { cases, excluded, fits, parameters, reports } from './cases/index.ts'
import { setups } from './cases/setups.ts'

describe('the table of cases', () => {
  it('has one for every export', () => {
    expectEveryExport(fitPackage, cases, excluded)
  })
})

const isComplexNumber = (x: number | Complex): x is Complex => typeof x !== 'number'

const complete = setups.filter(({ options }) => options.maxIterations === undefined)

/** By how many standard errors the real and imaginary part of a value are off. */
function deviations({ value, standardError }: ParameterReport, truth: number | Complex): number[] {
  if (isComplexNumber(value) && isComplexNumber(truth)) {
    const { re, im } = standardError as Complex
    return [Math.abs(value.re - truth.re) / re, Math.abs(value.im - truth.im) / im]
  }
  return [Math.abs((value as number) - (truth as number)) / (standardError as number)]
}

/** What must hold of every report. */
function expectConsistent(report: FitReport): void {
  const { dataCount, parameterCount, degreesOfFreedom, loss, startLoss, history, iterations, covariance } = report
  expect(degreesOfFreedom).toBe(dataCount - parameterCount)
  expect(loss).toBeLessThanOrEqual(startLoss * (1 + 1e-12)) // the two are summed in different orders
  expect(history).toHaveLength(iterations + 1)
  expect(covariance.names).toHaveLength(parameterCount)
  covariance.matrix.forEach((row, i) => row.forEach((entry, j) => expect(entry).toBe(covariance.matrix[j][i])))
  expect(structuredClone(report)).toEqual(report) // plain data
}

describe.each(fits)('$name', ({ fit: run }) => {
  it.each(setups)('gives a report of $name that agrees with itself', ({ options }) => {
    const report = run(options)
    expectConsistent(report)
    expect(report.parameters.map(({ name }) => name)).toEqual(Object.keys(options.parameters))
    expect(report.converged).toBe(options.maxIterations === undefined)
  })

  it.each(complete)('of $name finds the values that made the data, to their errors', ({ options, truth }) => {
    const { parameters: rows, loss } = run(options)
    // A hundredth of noise on numbers near 1; without noise rounding alone.
    for (const { name, value } of rows) expect(relativeDifference(value, truth[name])).toBeLessThan(0.03)
    const free = rows.filter(({ fixed }) => !fixed && loss > 1e-20)
    for (const row of free) expect(Math.max(...deviations(row, truth[row.name]))).toBeLessThan(4)
  })

  it('finds the values of exact data to rounding', () => {
    const [{ options, truth }] = setups
    for (const { name, value } of run(options).parameters) expect(value).toBeCloseTo(truth[name] as number, 12)
  })

  it.each([
    ['iterations', { maxIterations: 1 }],
    ['evaluations', { maxEvaluations: 2 }],
    ['timeLimit', { timeLimit: 0 }],
    ['stopped', { onProgress: () => false }],
  ] as const)('ends with the status %s at this limit', (status, limits) => {
    const report = run({ ...setups[3].options, ...limits })
    expectConsistent(report)
    expect(report.status).toBe(status)
  })
})

const t = linspace(0.5, 2, 6)

describe.each(
  parameters.flatMap(({ name, parameters: found }) =>
    Object.entries(found).map(([label, each]) => ({ name, label, ...each })),
  ),
)('$name, $label', ({ parameter, truth }) => {
  // p t + p̄ t²: real and imaginary part both matter. The phase makes the data complex for a real parameter as well.
  const model = ({ p }: { readonly p: ReturnType<typeof toTensor> }) =>
    add(mul(p, t), mul({ re: 0, im: 1 }, mul(conj(p), mul(t, t))))
  const report = fit({
    parameters: { p: parameter, other: fitPackage.param(0) },
    model: ({ p, other }) => add(model({ p }), other),
    data: model({ p: toTensor(truth) }),
  })
  const [row] = report.parameters

  it('finds its value from its start', () => {
    expect(report.converged).toBe(true)
    expect(relativeDifference(toTensor(row.value), toTensor(truth))).toBeLessThan(1e-6)
    expect(typeof row.value).toBe(typeof truth)
  })

  it('is reported with all that is known of it', () => {
    expect([row.name, row.unit, row.reference, row.fixed, row.initial]).toEqual([
      'p',
      parameter.unit,
      parameter.reference,
      parameter.fixed,
      parameter.initial,
    ])
    expect(row.note).toBe(parameter.fixed ? 'fixed' : undefined)
    expect('standardError' in row).toBe(!parameter.fixed)
  })

  it('counts as its free real numbers', () => {
    const own = parameter.fixed ? 0 : parameter.kind === 'complex' ? 2 : 1
    expect(report.parameterCount).toBe(own + 1)
  })

  it('starts the next fit where this one ended', () => {
    const { p } = fitPackage.startFrom(report)
    expect([p.kind, p.fixed, p.unit, p.reference]).toEqual([
      parameter.kind,
      parameter.fixed,
      parameter.unit,
      parameter.reference,
    ])
    expect(relativeDifference(tensor([p.initial]), tensor([row.value]))).toBeLessThan(1e-12)
  })
})

describe.each(reports)('$name', ({ f, requires }) => {
  it.each(setups)('of a fit of $name is what its case says', (setup) => {
    const report = fit(setup.options)
    expect(() => requires(f(report) as never, report, setup)).not.toThrow()
  })

  it('gives the same twice, and leaves the report as it is', () => {
    const report = fit(setups[3].options)
    const before = JSON.stringify(report)
    expect(JSON.stringify(f(report))).toBe(JSON.stringify(f(report)))
    expect(JSON.stringify(report)).toBe(before)
  })
})
