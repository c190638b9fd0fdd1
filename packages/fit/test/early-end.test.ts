import { describe, expect, it } from 'vitest'
import { add, exp, linspace, mul, neg, tensor, type Tensor } from '@cad/core'
import { fit, formatReport, fromJson, param, toJson } from '@cad/fit'

const t = linspace(0, 4, 20)
const decay = ({ A, k }: { readonly A: Tensor; readonly k: Tensor }): Tensor => mul(A, exp(neg(mul(k, t))))
const data = add(decay({ A: tensor(3), k: tensor(0.5) }), mul(0.01, exp(neg(t))))
const parameters = { A: param(20), k: param(4) }

describe('a fit that ends early', () => {
  it.each([
    ['iterations', { maxIterations: 2 }],
    ['evaluations', { maxEvaluations: 3 }],
    ['timeLimit', { timeLimit: 0 }],
    ['stopped', { onProgress: ({ iteration }: { iteration: number }) => iteration < 2 }],
  ] as const)('by %s keeps its best point and says so', (status, limits) => {
    const report = fit({ parameters, model: decay, data, ...limits })
    expect(report.status).toBe(status)
    expect(report.converged).toBe(false)
    expect(report.loss).toBeLessThanOrEqual(report.startLoss)
    expect(report.warnings[0]).toMatch(new RegExp(`^The fit ended early \\(${status}\\): `))
    expect(formatReport(report)).toContain(`Warning: The fit ended early (${status})`)
    expect(fromJson(toJson(report))).toEqual(report)
  })

  it('because the model throws keeps the best point and the reason', () => {
    let calls = 0
    const model = (p: { A: Tensor; k: Tensor }): Tensor => {
      if (++calls === 3) throw new Error('the step size became too small at t = 2')
      return decay(p)
    }
    const report = fit({ parameters, model, data })
    expect(report.status).toBe('failed')
    expect(report.message).toBe('evaluation 3 failed: Error: the step size became too small at t = 2')
    expect(fromJson(toJson(report))).toEqual(report)
  })

  it('survives values that are not finite on the way', () => {
    const model = (p: { A: Tensor; k: Tensor }): Tensor =>
      Number(p.k.item()) > 0 && Number(p.k.item()) < 3 ? decay(p) : mul(NaN, decay(p))
    const report = fit({ parameters: { A: param(1), k: param(2.9) }, model, data })
    expect(report.converged).toBe(true)
    expect(report.parameters[1].value).toBeCloseTo(0.5, 1)
  })
})
