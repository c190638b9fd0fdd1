import { describe, expect, it } from 'vitest'
import { add, ArgumentError, complex, div, linspace, mul, sub, tensor, type Tensor } from '@cad/core'
import { complexParam, fit, formatReport, fromJson, param, toJson, type FitReport } from '@cad/fit'

const t = [0, 1, 2, 3, 4]
const y = [1.1, 2.9, 5.2, 6.8, 9.1]
const line = ({ c, m }: { c: Tensor; m: Tensor }): Tensor => add(c, mul(m, tensor(t)))
const fitLine = (options: object, values = y): FitReport =>
  fit({ parameters: { c: param(0), m: param(1) }, model: line, data: tensor(values), ...options })

/** Standard errors of a regression line with these σ: the roots of the diagonal of (JᵀΣ⁻¹J)⁻¹, without any factor of χ². */
function absoluteErrors(sigma: readonly number[]): [c: number, m: number] {
  const dot = (f: (i: number) => number): number => sigma.reduce((total, s, i) => total + f(i) / s ** 2, 0)
  const [S, St, Stt] = [dot(() => 1), dot((i) => t[i]), dot((i) => t[i] ** 2)]
  const D = S * Stt - St * St
  return [Math.sqrt(Stt / D), Math.sqrt(S / D)]
}

const errorsOf = ({ parameters }: FitReport): number[] => parameters.map(({ standardError }) => Number(standardError))

describe('standard errors', () => {
  const sigma = [0.2, 0.1, 0.2, 0.4, 0.3]
  const [c, m] = absoluteErrors(sigma)

  it('are those of sigma itself, whatever the scatter: absolute_sigma=True of SciPy, scale_covar=False of lmfit', () => {
    const report = fitLine({ sigma: tensor(sigma) })
    expect(report.standardErrors).toBe('absolute')
    errorsOf(report).forEach((error, i) => expect(error).toBeCloseTo([c, m][i], 12))
    // Twice the σ, twice the errors; scaled ones would not change.
    errorsOf(fitLine({ sigma: tensor(sigma.map((s) => 2 * s)) })).forEach((error, i) =>
      expect(error).toBeCloseTo(2 * [c, m][i], 12),
    )
  })

  it('are scaled by the root of the reduced χ² on request: absolute_sigma=False, scale_covar=True', () => {
    const report = fitLine({ sigma: tensor(sigma), standardErrors: 'scaled' })
    expect(report.standardErrors).toBe('scaled')
    const factor = Math.sqrt(report.reducedChiSquared!)
    errorsOf(report).forEach((error, i) => expect(error).toBeCloseTo(factor * [c, m][i], 12))
  })

  it('are scaled without sigma, where weights tell points apart but not how far off they are', () => {
    const weights = tensor(sigma.map((s) => 1 / s ** 2))
    expect([fitLine({}), fitLine({ weights })].map(({ standardErrors }) => standardErrors)).toEqual([
      'scaled',
      'scaled',
    ])
    errorsOf(fitLine({ weights, standardErrors: 'absolute' })).forEach((error, i) =>
      expect(error).toBeCloseTo([c, m][i], 12),
    )
  })

  it('are absolute for residuals that are divided by σ already', () => {
    const residual = (p: { c: Tensor; m: Tensor }): Tensor => div(sub(line(p), tensor(y)), tensor(sigma))
    const report = fit({ parameters: { c: param(0), m: param(1) }, residual, standardErrors: 'absolute' })
    errorsOf(report).forEach((error, i) => expect(error).toBeCloseTo([c, m][i], 12))
  })

  it('of complex data take σ for each part', () => {
    const z = mul(complex(1, 0.2), linspace(1, 2, 6))
    const data = mul(complex(2, -1), z)
    const { parameters } = fit({ parameters: { a: complexParam(1) }, model: ({ a }) => mul(a, z), data, sigma: 0.1 })
    const expected = 0.1 / Math.sqrt(z.data.reduce((total, x) => total + x * x, 0))
    const part = expect.closeTo(expected, 12) as number
    expect(parameters[0].standardError).toEqual({ re: part, im: part })
  })

  it('need no degrees of freedom if they are absolute', () => {
    const report = fit({
      parameters: { c: param(0), m: param(1) },
      model: ({ c, m }) => add(c, mul(m, tensor([0, 1]))),
      data: tensor([1, 3]),
      sigma: 0.5,
    })
    errorsOf(report).forEach((error, i) => expect(error).toBeCloseTo([0.5, 0.5 * Math.SQRT2][i], 12))
    expect(report.warnings).toEqual([])
  })

  it('are named in the report, as text and as JSON', () => {
    const [absolute, scaled] = [fitLine({ sigma: 0.2 }), fitLine({})]
    expect(formatReport(absolute)).toMatch(/standard errors +1 σ, absolute: not scaled by the reduced χ²/)
    expect(formatReport(scaled)).toMatch(/standard errors +1 σ, scaled by the reduced χ²/)
    expect(fromJson(toJson(absolute))).toEqual(absolute)
  })

  it('are one of two kinds', () => {
    expect(() => fitLine({ standardErrors: 'relative' })).toThrow(ArgumentError)
    expect(() => fitLine({ standardErrors: 'relative' })).toThrow(
      "fit: standardErrors must be 'absolute' or 'scaled', got 'relative'.",
    )
  })
})

describe('a reduced χ² that does not go with sigma', () => {
  const n = 40
  const x = linspace(0, 1, n)
  const noise = Array.from({ length: n }, (_, i) => Math.SQRT2 * Math.sin(2.4 * i * i)) // of variance about 1
  const model = ({ c, m }: { c: Tensor; m: Tensor }): Tensor => add(c, mul(m, x))
  const warningsFor = (sigma: number, settings = {}): readonly string[] =>
    fit({ parameters: { c: param(0), m: param(1) }, model, data: tensor(noise), sigma, ...settings }).warnings

  it('is a warning, if σ is far too small or far too large', () => {
    const [small] = warningsFor(0.1)
    expect(small).toMatch(
      /^The reduced χ² is \d+(\.\d+)?: the residuals are (9|10)(\.\d)? times as large as sigma says\. sigma is too small, or the model does not describe the data/,
    )
    const [large] = warningsFor(10)
    expect(large).toMatch(
      /^The reduced χ² is 0\.0\d+: the residuals are 0\.09\d* times as large as sigma says\. sigma is too large/,
    )
  })

  it('is none, if σ is right, not exact, or relative', () => {
    for (const sigma of [0.7, 1, 1.4]) expect(warningsFor(sigma)).toEqual([])
    expect(warningsFor(0.1, { standardErrors: 'scaled' })).toEqual([])
  })

  it('is none for few points, whose scatter may be small by chance', () => {
    expect(fitLine({ sigma: 0.2 }, [1, 3, 5, 7, 9.001]).warnings).toEqual([])
  })
})
