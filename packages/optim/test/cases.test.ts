import {
  abs2,
  add,
  at,
  complex,
  DerivativeError,
  exp,
  grad,
  log,
  mul,
  stack,
  sub,
  sum,
  tensor,
  type Progress,
  type Tensor,
} from '@cad/core'
import * as optim from '@cad/optim'
import { isConverged, statuses, type OptimizationResult } from '@cad/optim'
import { expectEveryExport, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { cases, excluded } from './cases/index.ts'
import { problems, type Problem } from './cases/problems.ts'
import type { Search } from './cases/search-case.ts'

describe('the table of cases', () => {
  it('has one for every export', () => {
    expectEveryExport(optim, cases, excluded)
  })
})

const searches = cases.flatMap(({ name, searches: found, ...about }) =>
  Object.entries(found).map(([label, search]) => ({ name: `${name}, ${label}`, search, ...about })),
)

const [{ residual: rosenbrock, start }] = problems
const startValue = 24.2

/** What must hold of every result, however it ended. */
function expectConsistent<X>({
  status,
  converged,
  history,
  iterations,
  evaluations,
  value,
  message,
}: OptimizationResult<X>): void {
  expect(statuses).toContain(status)
  expect(converged).toBe(isConverged(status))
  expect(message).not.toBe('')
  expect(history.map(({ iteration }) => iteration)).toEqual(Array.from({ length: iterations + 1 }, (_, i) => i))
  expect(history.at(-1)!.evaluations).toBeLessThanOrEqual(evaluations)
  const losses = history.map(({ loss }) => loss)
  losses.slice(1).forEach((loss, i) => expect(loss).toBeLessThanOrEqual(losses[i] * (1 + 1e-12)))
  // The best point is at least as good as the last accepted one, but for the rounding of the value.
  expect(value).toBeLessThanOrEqual(losses.at(-1)! * (1 + 1e-12))
}

/** Whether a search ends at the solution, because it cannot go on. */
function solves(search: Search, { residual, start: x0, solution, distance }: Problem): boolean {
  const { converged, status, x } = search(residual, x0)
  return (converged || status === 'stalled') && relativeDifference(x, solution) < distance
}

describe.each(searches)('$name', ({ search, unsolved = {} }) => {
  it.each(problems.filter(({ name }) => !(name in unsolved)))('solves $name', (problem) => {
    expect(solves(search, problem)).toBe(true)
    const { residual, start: x0, value } = problem
    const result = search(residual, x0)
    expectConsistent(result)
    // Powell's function is flat: its value is that of the square of the distance.
    expect(Math.abs(result.value - value)).toBeLessThan(1e-8 * Math.max(1, value))
    expect(sum(abs2(residual(result.x))).item()).toBeCloseTo(result.value, 12)
  })

  it('fails at the problems of which its case says so, and at no others', () => {
    const failed = problems.filter((problem) => problem.name in unsolved && !solves(search, problem))
    expect(failed.map(({ name }) => name)).toEqual(Object.keys(unsolved))
  })

  it('gives the same twice', () => {
    const [a, b] = [search(rosenbrock, start), search(rosenbrock, start)]
    expect([a.x.x.toArray(), a.evaluations, a.message]).toEqual([b.x.x.toArray(), b.evaluations, b.message])
  })

  it('gives a tree like the start, real where that is real', () => {
    const { x } = search(
      (p: { rates: readonly Tensor[]; gain: Tensor }) =>
        stack([sub(p.rates[0], complex(1, 2)), sub(at(p.rates[1], 0), 3), sub(p.gain, 4)]),
      { rates: [complex(0, 1), tensor([2])], gain: 1 },
    )
    expect([x.rates.map(({ dtype, shape }) => [dtype, shape]), x.gain.dtype]).toEqual([
      [['complex128', []], ['float64', [1]]], // prettier-ignore
      'float64',
    ])
    expect(relativeDifference(x, { rates: [complex(1, 2), tensor([3])], gain: 4 })).toBeLessThan(1e-6)
  })

  it('has converged at a stationary start, without an iteration', () => {
    const result = search((x: Tensor) => x, tensor([0, 0]))
    expectConsistent(result)
    expect([result.iterations, result.status, result.value]).toEqual([0, 'gradient', 0])
  })
})

describe.each(searches)('$name at its limits', ({ search }) => {
  it.each([
    ['iterations', { maxIterations: 2 }],
    ['iterations', { maxIterations: 0 }],
    ['evaluations', { maxEvaluations: 3 }],
    ['timeLimit', { timeLimit: 0 }],
  ] as const)('ends with the status %s and its best point: %j', (status, limits) => {
    const result = search(rosenbrock, start, limits)
    expectConsistent(result)
    expect(result.status).toBe(status)
    expect(result.value).toBeLessThanOrEqual(startValue + 1e-12)
    expect(sum(abs2(rosenbrock(result.x))).item()).toBeCloseTo(result.value, 12)
  })

  it('tells its callback of the start and of every iteration, and obeys it', () => {
    const seen: Progress[] = []
    const result = search(rosenbrock, start, {
      onProgress: (progress) => {
        seen.push(progress)
        return progress.iteration < 2
      },
    })
    expectConsistent(result)
    expect(result.status).toBe('stopped')
    expect(seen).toEqual(result.history)
    expect(seen[0]).toMatchObject({ iteration: 0, step: 0 })
    expect(seen[0].loss).toBeCloseTo(startValue, 12)
  })

  it('keeps its best point and the error when the function throws', () => {
    let calls = 0
    const error = new RangeError('the integration broke off')
    const result = search(
      (x: { readonly x: Tensor }) => {
        if (++calls === 4) throw error
        return rosenbrock(x)
      },
      start as { readonly x: Tensor },
    )
    expectConsistent(result)
    expect([result.status, result.error]).toEqual(['failed', error])
    expect(result.message).toContain('evaluation 4 failed: RangeError: the integration broke off')
    expect(result.value).toBeLessThanOrEqual(startValue + 1e-12)
  })

  it('backs off from points where the function is not finite', () => {
    // From 5 a Gauss–Newton step leads to 5 − 5 log 5 < 0, where there is no logarithm.
    const result = search((x: Tensor) => log(x), tensor(5))
    expectConsistent(result)
    expect(result.x.item()).toBeCloseTo(1, 6)
  })

  it('says nonFinite where only the start is finite', () => {
    const result = search((x: Tensor) => (x.item() === 3 ? sub(x, 1) : tensor(NaN)), tensor(3))
    expectConsistent(result)
    expect([result.status, result.value, result.x.item()]).toEqual(['nonFinite', 4, 3])
  })
})

describe.each(searches)('$name refuses', ({ search }) => {
  const residual = (x: Tensor): Tensor => mul(2, x)

  it.each<[string, () => unknown, string]>([
    ['a start that is not finite', () => search(residual, tensor([1, NaN])), 'x0 must be finite, got NaN at element 1'],
    ['an empty start', () => search(() => tensor([1]), {}), 'x0 must hold at least one number, got none'],
    [
      'a function that is NaN at the start',
      () => search(() => tensor([NaN]), tensor(1)),
      'at the start must be finite, got NaN',
    ],
    [
      'a negative limit',
      () => search(residual, tensor(1), { maxIterations: -1 }),
      'maxIterations must be at least 0, got -1',
    ],
    [
      'a limit that is NaN',
      () => search(residual, tensor(1), { timeLimit: NaN }),
      'timeLimit must be at least 0, got NaN',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message)
  })

  it('what an outer transformation traces', () => {
    expect(() => grad((a: Tensor) => sum(abs2(search((x: Tensor) => sub(x, a), tensor(1)).x)))(2)).toThrow(
      DerivativeError,
    )
    expect(() => grad((a: Tensor) => search((x: Tensor) => exp(x), a).x)(2)).toThrow(DerivativeError)
  })

  it('nothing that throws at the start: the error is the one of the function', () => {
    const error = new Error('no model')
    const broken = (): Tensor => {
      throw error
    }
    expect(() => search(broken, tensor(1))).toThrow(error)
    expect(() => search((x: Tensor) => add(x, 1), tensor(1))).not.toThrow()
  })
})
