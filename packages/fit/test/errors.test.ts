import { describe, expect, it } from 'vitest'
import { ArgumentError, complex, mul, ShapeError, tensor } from '@cad/core'
import { complexParam, fit, logTransform, param } from '@cad/fit'

const model = ({ R1 }: { readonly R1: ReturnType<typeof tensor> }) => mul(R1, tensor([1, 2]))
const data = tensor([2, 4])

describe('bad input', () => {
  it('names parameter, value and bounds', () => {
    const start =
      (initial: number, fixed = false) =>
      () =>
        fit({ parameters: { R1: param(initial, { unit: 'Ω', bounds: [0, Infinity], fixed }) }, model, data })
    expect(start(-1)).toThrow(ArgumentError)
    expect(start(-1)).toThrow("fit: parameter 'R1' starts at -1 Ω, outside the bounds of (0, ∞). Start strictly inside")
    expect(start(0)).toThrow("fit: parameter 'R1' starts at 0 Ω, on a bound of (0, ∞).")
    expect(start(-1, true)).toThrow('outside the bounds')
  })

  it('is refused where a parameter is made', () => {
    expect(() => param(NaN)).toThrow('param: the initial value must be finite, got NaN.')
    expect(() => complexParam(complex(0, Infinity))).toThrow(
      'complexParam: the initial value must be finite, got Infinity',
    )
    expect(() => param(1, { bounds: [2, 0] })).toThrow(
      'param: bounds are [lower, upper] with lower < upper, got (2, 0).',
    )
    expect(() => param(1, { bounds: [0, 2], transform: logTransform() })).toThrow(
      'param: bounds and the range of the transform must be the same, got (0, 2) and (0, ∞).',
    )
  })

  it('is refused in data, weights and shapes', () => {
    const parameters = { R1: param(1) }
    expect(() => fit({ parameters, model, data: tensor([1, NaN]) })).toThrow(
      'fit: data must be finite, got NaN at point 1.',
    )
    expect(() => fit({ parameters, model, data, weights: tensor([1, -1]) })).toThrow(
      'fit: weights must be real, finite and ≥ 0, got -1 at point 1.',
    )
    expect(() => fit({ parameters, model, data, sigma: tensor([1, 0]) })).toThrow(
      'fit: sigma must be real, finite and > 0, got 0 at point 1.',
    )
    expect(() => fit({ parameters, model, data, sigma: 1, weights: 1 })).toThrow('expected weights or sigma, got both')
    expect(() => fit({ parameters, model, data: tensor([1, 2, 3]) })).toThrow(ShapeError)
    expect(() => fit({ parameters, model, data: tensor([1, 2, 3]) })).toThrow(
      'fit: the model must have the shape of the data, [3], got [2].',
    )
    expect(() => fit({ parameters, model, data, weights: tensor([1]) })).toThrow(
      'fit: the residual must have the shape of weights or sigma, [1], got [2].',
    )
  })

  it('needs a free parameter', () => {
    expect(() => fit({ parameters: { R1: param(1, { fixed: true }) }, model, data })).toThrow(
      'fit: at least one parameter must be free, got 1 fixed ones.',
    )
  })
})
