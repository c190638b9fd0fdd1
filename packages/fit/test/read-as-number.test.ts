import { expect, it } from 'vitest'
import { DerivativeError, exp, linspace, mul, type Tensor } from '@cad/core'
import { fit, param } from '@cad/fit'

it('a model that reads a parameter as a number is refused by its name, not reported as converged', () => {
  const t = linspace(0, 3, 9)
  const model = ({ A, k }: { A: Tensor; k: Tensor }): Tensor => mul(A, exp(mul(-Number(k.item()), t)))
  const run = () =>
    fit({ parameters: { A: param(1), k: param(1, { bounds: [0, 5] }) }, model, data: mul(3, exp(mul(-0.5, t))) })
  expect(run).toThrow(DerivativeError)
  expect(run).toThrow(/x0\.k, .*item\(\)/)
})
