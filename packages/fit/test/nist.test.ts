import { describe, expect, it } from 'vitest'
import { fit, param } from '@cad/fit'
import { nistProblems } from './nist-problems.ts'

describe.each(nistProblems)('NIST $name', ({ model, x, y, starts, values, standardErrors, sumOfSquares }) => {
  it.each(starts)('has its certified solution and standard errors from the start %s', (...start) => {
    const parameters = Object.fromEntries(start.map((initial, i) => [`b${i + 1}`, param(initial)]))
    const report = fit({ parameters, model: (b) => model(b, x), data: y })
    expect(report.converged).toBe(true)
    expect(report.loss / sumOfSquares).toBeCloseTo(1, 9) // certified to eleven digits, the residuals cancel two
    report.parameters.forEach(({ value, standardError }, i) => {
      // The search ends some 1e-6 standard errors from the minimum, and these are up to 3 % of the values.
      expect((Number(value) - values[i]) / standardErrors[i]).toBeCloseTo(0, 5)
      expect(Number(standardError) / standardErrors[i]).toBeCloseTo(1, 5)
    })
    expect(report.warnings).toEqual([])
  })
})
