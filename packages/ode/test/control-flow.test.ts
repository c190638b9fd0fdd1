import { abs, at, checkRule, complex, cond, conj, exp, less, mul, scan, sub, tensor, type Tensor } from '@cad/core'
import { relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { rk4, solveIvp, tsit5 } from '../src/index.ts'

const p = complex(-0.3, 1.2)
const y0 = complex(0.8, 0.3)
/** Constant steps: the solution then is a smooth function of p, and differences are as good as for any other. */
const steps = { method: rk4, firstStep: 0.05, saveAt: [1] }

describe('a right-hand side with control flow', () => {
  it.each<[string, (y: Tensor, p: Tensor) => Tensor]>([
    [
      'a cond',
      (y, p) =>
        cond(
          less(abs(p), 2),
          (z) => mul(p, z),
          (z) => mul(2, z),
          y,
        ),
    ],
    // y (q₁ + q₂) with q₁ + q₂ = p
    [
      'a scan',
      (y, p) => scan((c, q) => ({ carry: sub(c, mul(q, mul(p, y))) }), mul(0, y), tensor([-0.25, -0.75])).carry,
    ],
  ])('integrates %s as the formula that it stands for, with the same gradient', (_, f) => {
    const at1 = (own: Tensor): Tensor => at(solveIvp((_t, y) => f(y, own), [0, 1], y0, steps).ys, 0)
    const plain = (own: Tensor): Tensor => at(solveIvp((_t, y) => mul(own, y), [0, 1], y0, steps).ys, 0)
    expect(relativeDifference(at1(p), plain(p))).toBeLessThan(1e-13) // the same steps, a few ε each
    expect(relativeDifference(at1(p), mul(y0, exp(p)))).toBeLessThan(1e-6) // h⁴ = 6e-6, times |p|⁵/120
    const { identity, difference } = checkRule(at1, [p], { order: 1 })
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })
})

describe('a solve', () => {
  it('runs as the body of a scan', () => {
    const thrice = (own: Tensor): Tensor =>
      scan((c) => ({ carry: conj(at(solveIvp((_t, y) => mul(own, y), [0, 1], c, steps).ys, 0)) }), y0, undefined, {
        length: 3,
      }).carry
    const expected = conj(mul(mul(y0, exp(p)), mul(exp(conj(p)), exp(p))))
    expect(relativeDifference(thrice(p), expected)).toBeLessThan(1e-6) // h⁴ = 6e-6, times |p|⁵/120, three times
    const { identity, difference } = checkRule(thrice, [p], { order: 1 })
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it('does not run in the branch that is not taken', () => {
    const fails = (own: Tensor): Tensor =>
      at(
        solveIvp((_t, y) => mul(own, y), [0, 1], tensor([1]), { method: tsit5, maxSteps: 1, rtol: 1e-12, saveAt: [1] })
          .ys,
        0,
        0,
      )
    expect(
      cond(
        1,
        () => 3,
        () => fails(tensor(2)),
      ).item(),
    ).toBe(3)
    expect(() =>
      cond(
        0,
        () => 3,
        () => fails(tensor(2)),
      ),
    ).toThrow(/maxSteps/)
  })
})
