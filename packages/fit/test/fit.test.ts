import { describe, expect, it } from 'vitest'
import { add, complex, exp, linspace, mul, neg, sub, tensor, type Complex, type Tensor } from '@cad/core'
import { complexParam, fit, param, type FitReport } from '@cad/fit'

const row = (report: FitReport, name: string) => report.parameters.find((parameter) => parameter.name === name)!

const t = tensor([0, 1, 2, 3, 4])
const y = [1.1, 2.9, 5.2, 6.8, 9.1]
const line = ({ c, m }: { c: Tensor; m: Tensor }): Tensor => add(c, mul(m, t))

/** Weighted regression line in closed form: values, standard errors and covariance with s² = χ²/(Σ1 − 2). */
function regression(w: readonly number[]) {
  const dot = (f: (i: number) => number): number => w.reduce((total, wi, i) => total + wi * f(i), 0)
  const [S, St, Stt] = [dot(() => 1), dot((i) => i), dot((i) => i * i)]
  const [Sy, Sty] = [dot((i) => y[i]), dot((i) => i * y[i])]
  const D = S * Stt - St * St
  const [c, m] = [(Stt * Sy - St * Sty) / D, (S * Sty - St * Sy) / D]
  const chi = dot((i) => (c + m * i - y[i]) ** 2)
  const s2 = chi / (w.filter((wi) => wi > 0).length - 2)
  return { c, m, chi, cc: (s2 * Stt) / D, mm: (s2 * S) / D, cm: (-s2 * St) / D, rms: Math.sqrt(chi / S) }
}

describe('fit of a line', () => {
  it.each([
    ['no weights', [1, 1, 1, 1, 1], {}],
    ['weights', [1, 4, 2, 0.5, 1], { weights: tensor([1, 4, 2, 0.5, 1]) }],
    ['a point of weight 0', [1, 1, 0, 1, 1], { weights: tensor([1, 1, 0, 1, 1]) }],
    [
      'scaled standard deviations',
      [1, 4, 1, 0.25, 1],
      { sigma: tensor([1, 0.5, 1, 2, 1]), standardErrors: 'scaled' as const },
    ],
  ])('has values, covariance, χ² and rms of the closed form with %s', (_, w, weighting) => {
    const report = fit({ parameters: { c: param(0), m: param(1) }, model: line, data: tensor(y), ...weighting })
    const { c, m, chi, cc, mm, cm, rms } = regression(w)
    expect(row(report, 'c').value).toBeCloseTo(c, 11) // linear: rounding alone
    expect(row(report, 'm').value).toBeCloseTo(m, 11)
    expect(report.loss).toBeCloseTo(chi, 12)
    expect(report.rms).toBeCloseTo(rms, 12)
    const [[a, b], [b2, d]] = report.covariance.matrix
    ;[a, b, b2, d].forEach((entry, i) => expect(entry).toBeCloseTo([cc, cm, cm, mm][i], 11))
    expect(row(report, 'm').standardError).toBeCloseTo(Math.sqrt(mm), 11)
    expect(report.correlations.matrix[0][1]).toBeCloseTo(cm / Math.sqrt(cc * mm), 11)
    const n = w.filter((wi) => wi > 0).length
    expect([report.dataCount, report.parameterCount, report.degreesOfFreedom]).toEqual([n, 2, n - 2])
    expect(report.reducedChiSquared).toBeCloseTo(chi / (n - 2), 12)
    expect(report.aic).toBeCloseTo(n * Math.log(chi / n) + 4, 9)
    expect(report.bic).toBeCloseTo(n * Math.log(chi / n) + 2 * Math.log(n), 9)
  })

  it('says the weighting', () => {
    const parameters = { c: param(0), m: param(1) }
    expect(fit({ parameters, model: line, data: tensor(y) }).weighting).toBe('none: loss = Σ |residual|²')
    expect(fit({ parameters, residual: (p) => sub(line(p), tensor(y)), weights: tensor(2) }).weighting).toContain(
      'weights w',
    )
  })

  it('counts complex residuals twice, and complex parameters too', () => {
    const z = mul(complex(1, 0.2), linspace(1, 2, 6))
    const data = add(mul(complex(2, -1), z), tensor([0.1, -0.1, 0.1, -0.1, 0.1, { re: -0.1, im: 0.2 }]))
    const report = fit({ parameters: { a: complexParam(1) }, model: ({ a }) => mul(a, z), data })
    expect([report.dataCount, report.parameterCount, report.degreesOfFreedom]).toEqual([12, 2, 10])
    // a = z†d/z†z, and both parts have the variance s²/z†z and are not correlated.
    const { value, standardError, correlation } = row(report, 'a')
    const square = z.data.reduce((total, x) => total + x * x, 0)
    const expected = Math.sqrt(report.loss / 10 / square)
    expect(standardError).toEqual({
      re: expect.closeTo(expected, 12) as number,
      im: expect.closeTo(expected, 12) as number,
    })
    expect(correlation).toBeCloseTo(0, 12)
    expect((value as Complex).re).toBeCloseTo(2, 1)
    expect(report.covariance.names).toEqual(['a.re', 'a.im'])
  })

  it('compares with references in σ and relatively', () => {
    const report = fit({ parameters: { c: param(0), m: param(1, { reference: 2 }) }, model: line, data: tensor(y) })
    const { m, mm } = regression([1, 1, 1, 1, 1])
    const { deviationSigma, deviationRelative, deviation } = row(report, 'm')
    expect(deviationSigma).toBeCloseTo((m - 2) / Math.sqrt(mm), 9)
    expect(deviationRelative).toBeCloseTo(Math.abs(m - 2) / 2, 11)
    expect(deviation).toMatch(/^-?\d\.\d σ, 0\.005$/)
  })
})

describe('parameters', () => {
  const decay = ({ A, k }: { A: Tensor; k: Tensor }): Tensor => mul(A, exp(neg(mul(k, t))))
  const data = add(decay({ A: tensor(3), k: tensor(0.5) }), tensor([0.01, -0.01, 0.02, -0.01, 0.005]))

  it('of twelve decades need no scaling', () => {
    const scaled = (p: { A: Tensor; k: Tensor }): Tensor => decay({ A: mul(p.A, 1e6), k: mul(p.k, 1e-6) })
    const small = fit({ parameters: { A: param(1e-6), k: param(1e6) }, model: scaled, data })
    const plain = fit({ parameters: { A: param(1), k: param(1) }, model: decay, data })
    expect(Number(row(small, 'A').standardError) * 1e6).toBeCloseTo(Number(row(plain, 'A').standardError), 9)
    expect(Number(row(small, 'k').value) / 1e6).toBeCloseTo(Number(row(plain, 'k').value), 9)
    expect(small.condition).toBeCloseTo(plain.condition!, 6)
  })

  it('give the same result with bounds that are far away, standard errors included', () => {
    const free = fit({ parameters: { A: param(1), k: param(1) }, model: decay, data })
    const bounded = fit({
      parameters: { A: param(1, { bounds: [0, Infinity] }), k: param(1, { bounds: [-2, 9] }) },
      model: decay,
      data,
    })
    for (const name of ['A', 'k']) {
      expect(row(bounded, name).value).toBeCloseTo(Number(row(free, name).value), 8)
      expect(row(bounded, name).standardError).toBeCloseTo(Number(row(free, name).standardError), 8)
    }
  })

  it('stay where they are when fixed, and are reported so', () => {
    const report = fit({ parameters: { A: param(2.5, { fixed: true, unit: 'V' }), k: param(1) }, model: decay, data })
    expect(row(report, 'A')).toEqual({
      name: 'A',
      unit: 'V',
      value: 2.5,
      initial: 2.5,
      bounds: [null, null],
      fixed: true,
      note: 'fixed',
    })
    expect(report.parameterCount).toBe(1)
    expect(report.covariance.names).toEqual(['k'])
  })

  it('that run into a bound are held there and reported', () => {
    const report = fit({
      parameters: { A: param(1, { bounds: [0, 2], unit: 'V' }), k: param(1, { bounds: [0, Infinity] }) },
      model: decay,
      data,
    })
    const { value, note, standardError } = row(report, 'A')
    expect(value).toBeCloseTo(2, 6)
    expect([note, standardError]).toEqual(['at upper bound', undefined])
    expect(report.warnings.join()).toMatch(/A ended at upper bound \((2|1\.99\d*) V\)/)
    // The error of k is that of a fit with A fixed at 2, with one more degree of freedom there.
    const fixed = fit({ parameters: { A: param(2, { fixed: true }), k: param(1) }, model: decay, data })
    const ratio = Number(row(report, 'k').standardError) / Number(row(fixed, 'k').standardError)
    expect(ratio).toBeCloseTo(Math.sqrt(4 / 3), 5)
  })

  it('that the data fix only together have no standard errors, and a warning that names them', () => {
    const model = (p: { a: Tensor; b: Tensor; m: Tensor }): Tensor => line({ c: add(p.a, p.b), m: p.m })
    const report = fit({ parameters: { a: param(0), b: param(1), m: param(1) }, model, data: tensor(y) })
    expect(report.warnings).toEqual([
      'The data do not determine a and b separately, and their standard errors are withheld: along Δa = 1, Δb = -1 the model does not change.',
    ])
    for (const name of ['a', 'b']) {
      expect(row(report, name)).toMatchObject({ note: 'not determined by the data' })
      expect(row(report, name)).not.toHaveProperty('standardError')
    }
    const { c, m, mm } = regression([1, 1, 1, 1, 1])
    expect(Number(row(report, 'a').value) + Number(row(report, 'b').value)).toBeCloseTo(c, 9)
    expect(row(report, 'm').value).toBeCloseTo(m, 9)
    expect(row(report, 'm').standardError).toBeCloseTo(Math.sqrt((mm * 3) / 2), 9) // one parameter more is counted
    expect(report.covariance.matrix[0]).toEqual([null, null, null])
    expect(report.condition === undefined || report.condition > 1e10).toBe(true)
  })

  it('without influence are named alone', () => {
    const report = fit({
      parameters: { c: param(0), m: param(1), z: complexParam(2) },
      model: (p) => line(p),
      data: tensor(y),
    })
    expect(report.warnings).toHaveLength(2)
    expect(report.warnings[0]).toMatch(/^The data do not determine z\.(re|im): with it the model does not change\.$/)
    expect(row(report, 'z')).toMatchObject({ note: 'not determined by the data', value: { re: 2, im: 0 } })
    expect(row(report, 'm').standardError).toBeGreaterThan(0)
  })

  it('in a valley of the model are named, with the direction', () => {
    // A (1 − e^{−t/τ}) ≈ (A/τ) t for τ ≫ t: only the ratio is known.
    const model = (p: { A: Tensor; tau: Tensor }): Tensor => mul(p.A, sub(1, exp(neg(mul(t, exp(neg(p.tau)))))))
    const straight = add(mul(0.5, t), tensor([0.01, -0.012, 0.011, -0.013, 0.012]))
    const report = fit({
      parameters: { A: param(1e4), tau: param(Math.log(2e4)) },
      model,
      data: straight,
      maxIterations: 30,
    })
    expect(report.warnings.join()).toMatch(
      /do not determine A and tau separately|barely determine A and tau separately/,
    )
  })

  it('have no standard errors without degrees of freedom', () => {
    const report = fit({
      parameters: { c: param(0), m: param(1) },
      model: ({ c, m }) => add(c, mul(m, tensor([0, 1]))),
      data: tensor([1, 3]),
    })
    expect(report.degreesOfFreedom).toBe(0)
    expect(report).not.toHaveProperty('reducedChiSquared')
    expect(report.warnings).toEqual([
      '2 data do not suffice for the standard errors of 2 parameters: there are no degrees of freedom.',
    ])
    expect(row(report, 'm')).not.toHaveProperty('standardError')
    expect(row(report, 'm').value).toBeCloseTo(2, 10)
  })
})
