import { mul, tensor, type Tensor } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { StepSizes } from '../../src/control/step-controller.ts'
import { piController, solveIvp, tsit5, type StepReport } from '../../src/index.ts'
import { schemeOf } from '../cases/solver-case.ts'
import { brusselator, brusselatorStart } from '../problems.ts'

// Formulas with a pow in them agree with logarithms and exponentials to some ε times the logarithm.
const digits = 13

describe('piController', () => {
  it('has the constants of DOPRI5', () => {
    expect(piController()).toEqual({ safety: 0.9, minFactor: 0.2, maxFactor: 10, beta: 0.04 })
    expect(piController({ beta: 0, maxFactor: 5 })).toEqual({ safety: 0.9, minFactor: 0.2, maxFactor: 5, beta: 0 })
  })
})

describe('StepSizes', () => {
  it.each([
    // errors of accepted steps in their order, and the factor after the last: 0.9 E^−0.17 E_old^0.04, E_old ≥ 1e-4
    { errors: [0.5], factor: 0.9 * 0.5 ** -0.17 * 1e-4 ** 0.04 },
    { errors: [0.5, 0.01], factor: 0.9 * 0.01 ** -0.17 * 0.5 ** 0.04 },
    { errors: [0.01, 1], factor: 0.9 * 0.01 ** 0.04 },
    { errors: [1e-9, 0.3], factor: 0.9 * 0.3 ** -0.17 * 1e-4 ** 0.04 },
    { errors: [0.3, 1e-7], factor: 10 },
    { errors: [0], factor: 10 },
  ])("gives Hairer's factor after errors $errors", ({ errors, factor }) => {
    const sizes = new StepSizes(piController(), 4)
    const factors = errors.map((error) => sizes.accept(error))
    expect(factors[factors.length - 1]).toBeCloseTo(factor, digits)
  })

  it.each([
    [2, 0.9 * 2 ** -0.17],
    [50, 0.9 * 50 ** -0.17],
    [1e6, 0.2],
    [Infinity, 0.2],
    [NaN, 0.2],
  ])('shrinks a rejected step with error %f by %f', (error, factor) => {
    expect(new StepSizes(piController(), 4).reject(error)).toBeCloseTo(factor, digits)
  })

  it('keeps the memory of the last accepted step through a rejection', () => {
    const sizes = new StepSizes(piController(), 4)
    sizes.accept(0.5)
    sizes.reject(7)
    expect(sizes.accept(0.7)).toBeCloseTo(0.9 * 0.7 ** -0.17 * 0.5 ** 0.04, digits)
  })

  it('does not grow after a rejected step, once', () => {
    const sizes = new StepSizes(piController(), 4)
    sizes.reject(7)
    expect(sizes.accept(0.01)).toBe(1)
    expect(sizes.accept(0.01)).toBeGreaterThan(1.5)
  })

  it('is the plain I controller for beta = 0', () => {
    const sizes = new StepSizes(piController({ beta: 0 }), 4)
    sizes.accept(0.5)
    expect(sizes.accept(0.01)).toBeCloseTo(0.9 * 0.01 ** -0.2, digits)
  })
})

describe('the controller of a solve', () => {
  const lengths = (options: { maxStep?: number; firstStep?: number }): number[] => {
    const found: number[] = []
    const onProgress = ({ h }: StepReport): void => {
      found.push(h)
    }
    solveIvp(brusselator, [0, 5], brusselatorStart, { ...options, onProgress })
    return found
  }

  it('rejects a first step that is far too long, and goes on with shorter ones', () => {
    const { stats, ys } = solveIvp(brusselator, [0, 5], brusselatorStart, { firstStep: 4 })
    const { ys: reference } = solveIvp(brusselator, [0, 5], brusselatorStart, { rtol: 1e-11, atol: 1e-11 })
    expect(stats!.rejected).toBeGreaterThan(0)
    // Seven stages, the first of which is the last of the step before; firstStep saves the search for it.
    expect(stats!.evaluations).toBe(1 + 6 * (stats!.accepted + stats!.rejected))
    ys.data.forEach((y, i) => expect(Math.abs(y - reference.data[i])).toBeLessThan(1e-4)) // 100 rtol
  })

  it('accepts a step with a scaled error of 1 and rejects one above it', () => {
    // The estimate of the first step of y' = −y from 1, of length 0.5; with atol alone, E = estimate/atol.
    const { a, e } = schemeOf(tsit5)
    const slopes: number[] = []
    for (const row of a) slopes.push(-(1 + 0.5 * row.reduce((total, weight, j) => total + weight * slopes[j], 0)))
    const estimate = 0.5 * e!.reduce((total, weight, j) => total + weight * slopes[j], 0)
    const rejected = (E: number): number =>
      solveIvp((_t, y) => mul(-1, y), [0, 0.5], 1, { firstStep: 0.5, rtol: 1e-300, atol: Math.abs(estimate) / E })
        .stats!.rejected
    expect(rejected(0.99)).toBe(0)
    expect(rejected(1.01)).toBe(1)
  })

  it('takes no step longer than maxStep, the first included', () => {
    expect(Math.max(...lengths({}))).toBeGreaterThan(0.1)
    const limited = lengths({ maxStep: 0.05, firstStep: 1 })
    expect(Math.max(...limited)).toBeLessThanOrEqual(0.05 * (1 + 1e-7)) // the last step may be stretched by 1e-7
  })

  it('ends exactly at t1, without a sliver of a last step', () => {
    const found: StepReport[] = []
    const f = (_t: Tensor, y: Tensor): Tensor => mul(-1, y)
    const onProgress = (at: StepReport): void => {
      found.push(at)
    }
    solveIvp(f, [0, 1], tensor([1]), { firstStep: 0.1, maxStep: 0.1, onProgress })
    expect(found).toHaveLength(10) // ten times 0.1 falls short of 1 by one rounding
    expect(found[9].t).toBe(1)
  })

  it('takes other constants as a value', () => {
    const steps = (controller: ReturnType<typeof piController>): number =>
      solveIvp(brusselator, [0, 5], brusselatorStart, { controller }).stats!.accepted
    expect(steps(piController({ safety: 0.5 }))).toBeGreaterThan(1.2 * steps(piController()))
  })
})
