import { describe, expect, it } from 'vitest'
import { add, ArgumentError, complex, mul, tensor, type Tensor } from '@cad/core'
import { complexParam, fit, formatReport, fromJson, param, toJson, type FitReport } from '@cad/fit'

const t = tensor([0, 1, 2, 3, 4])
const parameters = { c: param(0), m: param(1) }
const line =
  (x: Tensor) =>
  ({ c, m }: { c: Tensor; m: Tensor }): Tensor =>
    add(c, mul(m, x))
const whole = (values: readonly number[], options = {}): FitReport =>
  fit({ parameters, model: line(t), data: tensor([...values]), ...options })

/** What a fit found, without how it went there. */
const found = ({
  parameters,
  loss,
  rms,
  dataCount,
  degreesOfFreedom,
  reducedChiSquared,
  aic,
  covariance,
}: FitReport) => ({
  values: parameters.map(({ value }) => value),
  loss,
  rms,
  dataCount,
  degreesOfFreedom,
  reducedChiSquared,
  aic,
  covariance,
})

const without = fit({ parameters, model: line(tensor([0, 1, 3, 4])), data: tensor([1.1, 2.9, 6.8, 9.1]) })
const holed = [1.1, 2.9, NaN, 6.8, 9.1]

describe('NaN among the data', () => {
  it('is an error by itself, with advice that works', () => {
    for (const options of [{}, { missing: 'error' }]) {
      expect(() => whole(holed, options)).toThrow(ArgumentError)
      expect(() => whole(holed, options)).toThrow(
        "fit: data must be finite, got NaN at point 2. Leave out such points with missing: 'omit', or give them weight 0.",
      )
    }
    expect(found(whole(holed, { missing: 'omit' }))).toEqual(found(without))
    expect(found(whole(holed, { weights: tensor([1, 1, 0, 1, 1]) }))).toEqual(found(without))
  })

  it("is left out with missing: 'omit', and counted in the report", () => {
    const report = whole(holed, { missing: 'omit' })
    expect(report.omittedCount).toBe(1)
    expect(formatReport(report)).toMatch(/points omitted +1/)
    expect(fromJson(toJson(report))).toEqual(report)
    expect(without).not.toHaveProperty('omittedCount')
  })

  it('takes its σ or weight with it, whatever that is', () => {
    const sigma = tensor([0.1, 0.2, NaN, 0.1, 0.3])
    const [omitted, plain] = [
      whole(holed, { missing: 'omit', sigma }),
      fit({
        parameters,
        model: line(tensor([0, 1, 3, 4])),
        data: tensor([1.1, 2.9, 6.8, 9.1]),
        sigma: tensor([0.1, 0.2, 0.1, 0.3]),
      }),
    ]
    expect(found(omitted)).toEqual(found(plain))
    expect(whole(holed, { missing: 'omit', sigma: 0.2 }).dataCount).toBe(4)
    expect(whole(holed, { missing: 'omit', weights: tensor([1, 1, NaN, 1, 1]) }).dataCount).toBe(4)
  })

  it('in one part of a complex number takes the number away', () => {
    const z = tensor([1, { re: 0, im: 1 }, { re: 1, im: 1 }])
    const data = tensor([2, { re: NaN, im: 2 }, { re: 2, im: 2 }])
    const report = fit({ parameters: { a: complexParam(1) }, model: ({ a }) => mul(a, z), data, missing: 'omit' })
    expect([report.dataCount, report.omittedCount]).toEqual([4, 1])
    expect(report.parameters[0].value).toEqual({
      re: expect.closeTo(2, 12) as number,
      im: expect.closeTo(0, 12) as number,
    })
  })

  it('does not excuse a model that is NaN elsewhere, or an infinite measurement', () => {
    expect(() => whole([1, 2, Infinity, 4, 5], { missing: 'omit' })).toThrow(
      "fit: data must be finite, got Infinity at point 2. Correct it, make it NaN with missing: 'omit', or give it weight 0.",
    )
    expect(whole([1, 3, Infinity, 7, 9], { weights: tensor([1, 1, 0, 1, 1]) }).dataCount).toBe(4)
  })

  it('leaves something to fit', () => {
    expect(() => whole([NaN, NaN, NaN, NaN, NaN], { missing: 'omit' })).toThrow(
      'fit: at least one point must have data and a weight above 0, got none of 5.',
    )
  })

  it("is known from data alone: missing: 'omit' needs them", () => {
    expect(() => fit({ parameters, residual: line(t), missing: 'omit' })).toThrow(
      "fit: missing: 'omit' looks for NaN in data, got residual. Leave the points out of the residual.",
    )
    expect(() => whole(holed, { missing: 'drop' })).toThrow("fit: missing must be 'omit' or 'error', got 'drop'.")
  })
})

describe('a point of weight 0', () => {
  it('may have any residual', () => {
    const bent = (p: { c: Tensor; m: Tensor }): Tensor => add(line(t)(p), tensor([0, 0, NaN, 0, 0]))
    const report = fit({ parameters, model: bent, data: tensor(holed), weights: tensor([1, 1, 0, 1, 1]) })
    expect(found(report)).toEqual(found(without))
  })

  it('is the advice of errors about sigma, in words that work', () => {
    expect(() => whole([1, 2, 3, 4, 5], { sigma: tensor([1, 1, 0, 1, 1]) })).toThrow(
      "fit: sigma must be real, finite and > 0, got 0 at point 2. To leave a point out, make it NaN in data and give missing: 'omit'.",
    )
    expect(found(whole(holed, { sigma: tensor([1, 1, 0, 1, 1]), missing: 'omit', standardErrors: 'scaled' }))).toEqual(
      found(without),
    )
    expect(() => whole([1, 2, 3, 4, 5], { weights: tensor([1, 1, complex(1), 1, 1].map((w) => w)) })).toThrow(
      ArgumentError,
    )
  })
})
