import { randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { checkGrads } from '../../src/check/check-grads.ts'
import { customRule } from '../../src/closed/custom-rule.ts'
import { RuleError } from '../../src/errors.ts'
import { add, div, mul, square } from '../../src/ops/arithmetic.ts'
import { abs2, complex, real } from '../../src/ops/conjugation.ts'
import { exp, log } from '../../src/ops/holomorphic.ts'
import { sum } from '../../src/ops/reduction.ts'
import { stopGradient } from '../../src/ops/stop-gradient.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const z = randomComplex([3], 1)

describe('checkGrads', () => {
  interface Circuit {
    readonly R: Tensor
    readonly C: Tensor
    readonly poles: readonly Tensor[]
  }
  const parameters = { R: 50, C: 1e-12, poles: [randomComplex([3], 1), randomComplex([2], 2)] }
  const loss =
    (rate: (p: Circuit) => Tensor) =>
    (p: Circuit): Tensor =>
      add(square(log(rate(p))), add(sum(abs2(exp(p.poles[0]))), real(sum(square(p.poles[1])))))

  it('finds the gradient of a right loss right, whatever the units of its parameters', () => {
    const { defect, leaves } = checkGrads(
      loss(({ R, C }) => mul(R, C)),
      parameters,
    )
    expect(defect).toBeLessThan(1e-9) // five points with steps relative to each leaf
    expect(leaves.map(({ path }) => path)).toEqual(['.R', '.C', '.poles[0]', '.poles[1]'])
    for (const { slope, difference } of leaves) expect(Math.abs(slope / difference - 1)).toBeLessThan(1e-8)
  })

  it('names the leaves that are off, with both slopes', () => {
    const wrong = customRule((a: Tensor, b: Tensor) => mul(a, b), {
      jvp: ([a, b], [aDot, bDot]) => add(mul(aDot, b), mul(a, bDot)),
      vjp: ([a, b], _, bar) => [mul(bar, b), mul(1.001, mul(bar, a))],
    })
    const error = errorOf(() =>
      checkGrads(
        loss(({ R, C }) => wrong(R, C)),
        parameters,
      ),
    )
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(
      /^checkGrads: the gradient is off at 1 of 4 leaves, tolerance 1e-7\. \.C: slope -?[\d.]+ by the gradient, -?[\d.]+ by differences \(relative defect 1\.0e-3\)\. Check the rules/,
    )
    const stopped = errorOf(() => checkGrads((p: Circuit) => real(sum(mul(p.poles[0], stopGradient(p.R)))), parameters))
    expect(stopped.message).toMatch(/off at 1 of 4 leaves, .* \.R: slope 0\.0/)
  })

  it('works for one tensor, at zero, for nothing, and for a constant', () => {
    expect(checkGrads((x: Tensor) => sum(abs2(x)), z).leaves.map(({ path }) => path)).toEqual([''])
    expect(checkGrads((x: Tensor) => sum(exp(x)), tensor([0, 0])).defect).toBeLessThan(1e-9)
    expect(checkGrads((x: Tensor) => sum(abs2(x)), tensor([])).defect).toBe(0)
    expect(checkGrads((_: Tensor) => 3, z).defect).toBe(0)
    expect(errorOf(() => checkGrads((x: Tensor) => sum(mul(x, stopGradient(x))), randomReal([2], 1))).message).toMatch(
      /1 of 1 leaves, tolerance 1e-7\. the argument: slope/,
    )
  })

  it('refuses a gradient that is not a number, and a function without one', () => {
    expect(errorOf(() => checkGrads((x: Tensor) => log(x), -1)).message).toMatch(/slope .* NaN by differences/)
    expect(errorOf(() => checkGrads((x: Tensor) => div(x, 2), complex(1, 1))).message).toMatch(
      /grad: .*jacobian or wirtinger/,
    )
  })
})
