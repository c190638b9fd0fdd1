import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  at,
  complex,
  conj,
  div,
  exp,
  linspace,
  mul,
  neg,
  square,
  stack,
  sub,
  sum,
  tensor,
  type Complex,
  type Tensor,
} from '@cad/core'
import { leastSquares, levenbergMarquardt } from '@cad/optim'

const rosenbrock = (x: Tensor): Tensor => stack([mul(10, sub(at(x, 1), square(at(x, 0)))), sub(1, at(x, 0))])

interface Decay {
  readonly A: Tensor
  readonly k: Tensor
}
const times = linspace(0, 3, 40)
const decay = ({ A, k }: Decay, timeUnit = 1): Tensor => mul(A, exp(neg(mul(k, mul(timeUnit, times)))))

describe('leastSquares', () => {
  it('finds the minimum of the Rosenbrock function from the standard start', () => {
    const { x, value, status, evaluations } = leastSquares(rosenbrock, tensor([-1.2, 1]))
    expect(x.toArray()).toEqual([1, 1]) // both residuals vanish exactly in the last step, which is linear
    expect(value).toBe(0)
    expect(status).toBe('gradient')
    expect(evaluations).toBeLessThan(30) // MINPACK takes 21
  })

  it('solves a linear problem by one Gauss–Newton step', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 6 }), (b) => {
        const t = linspace(-1, 1, 6)
        const data = tensor(b)
        const { x, evaluations } = leastSquares((p) => sub(add(p.c, mul(p.m, t)), data), { c: tensor(1), m: tensor(1) })
        const mean = b.reduce((a, v) => a + v, 0) / 6
        const slope = b.reduce((a, v, i) => a + v * t.data[i], 0) / t.data.reduce((a, v) => a + v * v, 0)
        expect(x.c.item()).toBeCloseTo(mean, 12) // some 10 ε times the size of the data
        expect(x.m.item()).toBeCloseTo(slope, 12)
        expect(evaluations).toBeLessThanOrEqual(4) // one step, and what confirms it
      }),
    )
  })

  it('fits complex parameters with complex residuals: the zero of a function that is not holomorphic', () => {
    const target = complex(0.4, -1.1)
    const f = (z: Tensor): Tensor => add(square(z), mul(complex(0, 2), conj(z)))
    const { x, value } = leastSquares((z) => sub(f(z), f(target)), complex(0.6, -0.8))
    expect(x.item()).toEqual({ re: expect.closeTo(0.4, 12) as number, im: expect.closeTo(-1.1, 12) as number })
    expect(value).toBeLessThan(1e-26)
  })

  it('takes trees of real and complex tensors, and gives a tree of the same form', () => {
    const z = linspace(0, 2, 30)
    const model = (p: { rates: readonly Tensor[]; gain: Tensor }): Tensor =>
      mul(p.gain, add(exp(mul(p.rates[0], z)), exp(mul(p.rates[1], z))))
    const truth = { rates: [complex(-0.3, 2), tensor(-1)], gain: complex(1, 0.5) }
    const data = model(truth)
    const { x, jacobian, converged } = leastSquares((p: typeof truth) => sub(model(p), data), {
      rates: [complex(0, 1.8), tensor(-0.5)],
      gain: complex(0.8, 0),
    })
    expect(converged).toBe(true)
    const [rate, real] = x.rates.map((rate) => rate.item())
    expect((rate as Complex).im).toBeCloseTo(2, 10)
    expect(real).toBeCloseTo(-1, 10)
    expect(jacobian?.shape).toEqual([60, 5]) // 30 complex residuals; two complex parameters and a real one
  })

  it('does not depend on the units of the parameters, over 24 decades', () => {
    const data = decay({ A: tensor(3), k: tensor(0.7) })
    const run = (unit: number): ReturnType<typeof leastSquares<Decay, Tensor>> =>
      leastSquares((p: Decay) => sub(decay({ A: div(p.A, unit), k: mul(p.k, unit) }), data), {
        A: 5 * unit,
        k: 2 / unit,
      })
    const [plain, scaled] = [run(1), run(2 ** 40)] // powers of two: the same roundings
    expect(scaled.iterations).toBe(plain.iterations)
    expect(Number(scaled.x.A.item()) / 2 ** 40).toBeCloseTo(3, 10)
    expect(Number(scaled.x.k.item()) * 2 ** 40).toBeCloseTo(0.7, 10)
  })

  it('gives residual and Jacobian at the best point, and the gradient 2 Jᵀr', () => {
    const start = tensor([-1.2, 1])
    const { residual, jacobian, gradientNorm, value } = leastSquares(rosenbrock, start, { maxIterations: 0 })
    expect(residual.toArray()).toEqual(rosenbrock(start).toArray())
    expect(jacobian?.toArray()).toEqual([
      [24, 10],
      [-1, 0],
    ])
    expect(value).toBeCloseTo(24.2, 12)
    expect(gradientNorm).toBeCloseTo(Math.hypot(-215.6, -88), 10) // ∇ of 100 (y − x²)² + (1 − x)²
  })

  it('solves problems with fewer residuals than parameters, or with dependent columns', () => {
    const wide = leastSquares((x) => sub(sum(x), 6), tensor([1, 1, 1]))
    expect(wide.value).toBeLessThan(1e-24)
    expect(wide.converged).toBe(true)
    const t = linspace(0, 1, 9)
    const dependent = leastSquares((x) => sub(mul(add(at(x, 0), at(x, 1)), t), mul(3, t)), tensor([10, 1]))
    const [a, b] = dependent.x.toArray() as number[]
    expect(a + b).toBeCloseTo(3, 10)
  })

  it('leaves a parameter that has no influence where it was', () => {
    const { x, converged } = leastSquares((p: { a: Tensor; b: Tensor }) => sub(p.a, 2), { a: 1, b: 7 })
    expect(x.b.item()).toBe(7)
    expect(converged).toBe(true)
  })

  it('backs off from points where the residual is NaN or infinite', () => {
    const residual = (x: Tensor): Tensor => {
      const value = Number(x.item())
      return value > 0 ? sub(exp(x), 1.5) : tensor(NaN)
    }
    const { x, converged } = leastSquares(residual, tensor(3), { method: levenbergMarquardt({ initialRadius: 1e3 }) })
    expect(x.item()).toBeCloseTo(Math.log(1.5), 10)
    expect(converged).toBe(true)
  })

  it('ends with status nonFinite when nothing around the best point is finite', () => {
    const residual = (x: Tensor): Tensor => (x.item() === 3 ? sub(x, 1) : tensor(NaN))
    const { x, status, value } = leastSquares(residual, tensor(3))
    expect([x.item(), value, status]).toEqual([3, 4, 'nonFinite'])
  })
})

describe('a least-squares search that ends early', () => {
  const slow = (x: Tensor): Tensor => rosenbrock(x)

  it('keeps its best point at the limit of iterations and of evaluations', () => {
    const byIterations = leastSquares(slow, tensor([-1.2, 1]), { maxIterations: 4 })
    expect([byIterations.status, byIterations.iterations]).toEqual(['iterations', 4])
    const byEvaluations = leastSquares(slow, tensor([-1.2, 1]), { maxEvaluations: 5 })
    expect([byEvaluations.status, byEvaluations.evaluations]).toEqual(['evaluations', 5])
    for (const { value, converged, residual } of [byIterations, byEvaluations]) {
      expect(converged).toBe(false)
      expect(value).toBeLessThan(24.2)
      expect(sum(abs2(residual)).item()).toBeCloseTo(value, 12)
    }
  })

  it('obeys its time limit', () => {
    const waiting = (x: Tensor): Tensor => {
      const begin = performance.now()
      while (performance.now() - begin < 5);
      return rosenbrock(x)
    }
    const { status, message, seconds } = leastSquares(waiting, tensor([-1.2, 1]), { timeLimit: 0.02 })
    expect(status).toBe('timeLimit')
    expect(message).toBe('the time limit of 0.02 s is reached')
    expect(seconds).toBeGreaterThanOrEqual(0.02)
  })

  it('obeys its callback, which sees the start as iteration 0', () => {
    const seen: number[] = []
    const { status, iterations, history } = leastSquares(rosenbrock, tensor([-1.2, 1]), {
      onProgress: ({ iteration }) => {
        seen.push(iteration)
        return iteration < 3
      },
    })
    expect(seen).toEqual([0, 1, 2, 3])
    expect([status, iterations, history.length]).toEqual(['stopped', 3, 4])
    const losses = history.map(({ loss }) => loss)
    expect(losses).toEqual([...losses].sort((a, b) => b - a))
  })

  it('keeps its best point and the error when the function throws', () => {
    let calls = 0
    const error = new RangeError('the integration broke off at t = 3')
    const {
      status,
      message,
      error: found,
      value,
    } = leastSquares(
      (x) => {
        if (++calls === 4) throw error
        return rosenbrock(x)
      },
      tensor([-1.2, 1]),
    )
    expect(status).toBe('failed')
    expect(message).toBe('evaluation 4 failed: RangeError: the integration broke off at t = 3')
    expect(found).toBe(error)
    expect(value).toBeLessThanOrEqual(24.2)
  })
})
