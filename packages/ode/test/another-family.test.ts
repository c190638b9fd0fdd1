import { abs2, add, checkRule, complex, conj, cos, matmul, mul, sub, sum, tensor, type Tensor } from '@cad/core'
import { valueOf } from '@cad/core/compiler'
import { describe, expect, it } from 'vitest'
import { solveIvp } from '../src/index.ts'
import { implicitMidpoint as method } from './implicit-midpoint.ts'
import { numbers } from './problems.ts'

/** Not holomorphic, with t in it, and nonlinear in its parameters. */
const f = (t: Tensor, y: Tensor, [a, b, g]: readonly Tensor[]): Tensor =>
  add(add(mul(mul(a, cos(mul(3, t))), y), mul(mul(b, t), conj(y))), mul(mul(g, g), mul(abs2(y), y)))

describe('an implicit method by the same seam', () => {
  it('converges with its order on a stiff problem, where explicit steps of that length blow up', () => {
    const A = tensor([[-1, 200], [0, -400]]) // prettier-ignore
    // y = c₁ e^{−t} (1, 0) + c₂ e^{−400 t} (1, −399/200)
    const c2 = -200 / 399
    const exact = (1 - c2) * Math.exp(-1)
    const errorAt = (steps: number): number =>
      Math.abs(
        numbers(solveIvp((_t, y) => matmul(A, y), [0, 1], tensor([1, 1]), { method, firstStep: 1 / steps }).ys)[0] -
          exact,
      )
    expect(Math.abs(Math.log2(errorAt(400) / errorAt(800)) - 2)).toBeLessThan(0.2)
  })

  it('keeps the norm of a unitary solve', () => {
    const H = tensor([[0.4, complex(0.3, 1)], [complex(0.3, -1), -0.7]]) // prettier-ignore
    const run = (): Tensor =>
      solveIvp((_t, y) => mul(complex(0, -1), matmul(H, y)), [0, 20], tensor([complex(0.6), complex(0, 0.8)]), {
        method,
        firstStep: 0.5,
      }).ys
    expect(Math.abs(numbers(sum(abs2(run())))[0] - 1)).toBeLessThan(1e-13)
  })

  it('has derivatives to second order in y0, parameters, t0, t1, a switch and saves, without a rule for times', () => {
    const numberOf = (x: Tensor): number => valueOf(x)!.data[0]
    checkRule(
      (...[y, a, b, g, t0, s, t1, t]) =>
        solveIvp<readonly Tensor[]>(f, [t0, t1], y, {
          args: [a, b, g],
          method,
          // One step for each segment: constant fractions, however they move.
          firstStep: Math.abs(numberOf(sub(t1, t0))),
          switchTimes: [s],
          saveAt: [t, s, t1],
        }).ys,
      [
        complex(0.3, 0.2),
        complex(0.3, 1.1),
        complex(-0.4, 0.2),
        tensor(-0.6),
        tensor(0),
        tensor(0.3),
        tensor(0.7),
        tensor(0.12),
      ],
      { differenceTolerance: 1e-9, identityTolerance: 1e-11 }, // Newton ends at a residual of 1e-15
    )
  })
})
