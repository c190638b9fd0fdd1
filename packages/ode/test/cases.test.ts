import { abs2, add, grad, real, sum, tensor, type Tensor } from '@cad/core'
import * as ode from '@cad/ode'
import { solveIvp, type SolveOptions, type StepReport } from '@cad/ode'
import { checksOf, expectEveryExport, needlessExceptions } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { adjoints, cases, controllers, embedded, excluded, methods, points } from './cases/index.ts'
import {
  constantSteps,
  observedDenseOrderOf,
  observedOrder,
  observedOrderOf,
  solveLinear,
  distance,
} from './cases/measure.ts'
import { schemeOf } from './cases/solver-case.ts'
import { mixed, mixedPoint, solveMixed } from './cases/solves.ts'
import {
  brusselator,
  brusselatorAt20,
  brusselatorStart,
  numbers,
  oscillator,
  oscillatorStart,
  randomTensor,
  relativeError,
  stuartLandau,
  stuartLandauExact,
  type Oscillator,
} from './problems.ts'
import { tracedRungeKutta } from './traced-runge-kutta.ts'

describe('the table of cases', () => {
  it('has one for every export', () => {
    expectEveryExport(ode, cases, excluded)
  })

  it('makes no exception that is not needed', () => {
    expect(needlessExceptions(points)).toEqual([])
  })

  it('has names that are those of the methods', () => {
    expect(methods.map(({ method }) => method.name)).toEqual(methods.map(({ name }) => name))
  })
})

for (const check of checksOf(points)) {
  describe(`a function ${check.title}`, () => {
    it.each(check.points)('$name', (point) => check.run(point))
  })
}

describe.each(methods)('constant steps of $name', (found) => {
  const { method, denseOrder } = found

  it('are as many as they were asked to be, with the evaluations of their stages and no more', () => {
    const { accepted, rejected, evaluations } = solveLinear(method, 20).stats!
    // The first stage of a step is the last of the one before it.
    expect([accepted, rejected, evaluations]).toEqual([20, 0, 1 + 20 * (schemeOf(method).a.length - 1)])
  })

  it('converge with the nominal order on a complex linear system', () => {
    expect(Math.abs(observedOrderOf(found) - method.order)).toBeLessThan(0.2)
  })

  it('converge with the nominal order on Stuart–Landau, which is not holomorphic', () => {
    const { re, im } = stuartLandauExact(oscillator, oscillatorStart.re, 2)
    const errorAt = (n: number): number =>
      distance(
        solveIvp<Oscillator>(stuartLandau, [0, 2], oscillatorStart, {
          ...constantSteps<Oscillator>(method, 2 / n),
          args: oscillator,
        }).ys,
        [re, im],
      )
    expect(Math.abs(observedOrder(errorAt, found) - method.order)).toBeLessThan(0.2)
  })

  it('converge with the order of the interpolant plus one inside a single step', () => {
    expect(Math.abs(observedDenseOrderOf(found) - (denseOrder + 1))).toBeLessThan(0.2)
  })
})

const weights = randomTensor([5, 2], 11)
const loss = (ys: Tensor): Tensor => add(sum(abs2(ys)), real(sum(abs2(add(ys, weights)))))
const h = 0.25
const saved = [
  [0, 0.52],
  [0, 0.8],
  [1, 1],
  [3, 0.1],
  [3, 1],
] as const
const saveAt = saved.map(([step, fraction]) => (step + fraction) * h)

describe.each(adjoints)('$name', ({ adjoint, isExact }) => {
  const gradient = (options: SolveOptions<never>): readonly Tensor[] =>
    grad((point: readonly Tensor[]) => loss(solveMixed(point, [0, 1], { ...options, adjoint, saveAt })))(mixedPoint)

  it.each(methods)('has the gradient of the method traced stage by stage: $name', ({ method }) => {
    const traced = grad(([y, a, b, amplitude]: readonly Tensor[]) =>
      loss(
        tracedRungeKutta((t, z) => mixed(tensor(t), z, { rates: [a, b], drive: { amplitude } }), y, {
          method,
          t0: 0,
          h,
          steps: 4,
          saved,
        }),
      ),
    )(mixedPoint)
    const bars = gradient(constantSteps(method, h))
    const bound = isExact ? 1e-12 : 1e-2
    bars.forEach((bar, i) => expect(relativeError(bar, numbers(traced[i]))).toBeLessThan(bound))
  })

  it.each(embedded)('comes near to the gradient of the solution: $name', ({ method }) => {
    const [coarse, fine] = [1e-5, 1e-8].map((rtol) => gradient({ method, rtol, atol: 1e-2 * rtol }))
    coarse.forEach((bar, i) => expect(relativeError(bar, numbers(fine[i]))).toBeLessThan(1e-3)) // 100 rtol
  })
})

describe.each(
  controllers.flatMap(({ name, controllers: values }) =>
    Object.entries(values).flatMap(([label, controller]) =>
      embedded.map(({ method }) => ({ name, label, controller, method })),
    ),
  ),
)('$name, $label, with $method.name', ({ controller, method }) => {
  const lengths: number[] = []
  const rtol = 1e-6
  const { ys, stats } = solveIvp(brusselator, [0, 20], brusselatorStart, {
    method,
    controller,
    rtol,
    onProgress: ({ h }: StepReport) => {
      lengths.push(h)
    },
  })

  it('keeps the error below 100 rtol', () => {
    expect(relativeError(ys, brusselatorAt20)).toBeLessThan(100 * rtol)
  })

  it('rejects fewer steps than it accepts', () => {
    expect(stats!.rejected).toBeLessThan(stats!.accepted)
    expect(lengths).toHaveLength(stats!.accepted)
  })

  it('changes the length of a step within its bounds', () => {
    // The last step is cut at t1.
    const factors = lengths.slice(1, -1).map((h, i) => h / lengths[i])
    expect(Math.max(...factors)).toBeLessThanOrEqual(controller.maxFactor)
    // Between two accepted steps lie at most a few rejected ones, each of which shrinks the step.
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(controller.minFactor ** 3)
  })
})
