import { describe, expect, it } from 'vitest'
import {
  at,
  customRule,
  less,
  log,
  mul,
  NotFiniteError,
  NumericalError,
  ShapeError,
  square,
  StepLimitError,
  sub,
  tensor,
  whileLoop,
  type Tensor,
} from '@cad/core'
import { cholesky, NotPositiveDefiniteError, qr, SingularMatrixError, solve } from '@cad/linalg'
import { IntegrationError, solveIvp } from '@cad/ode'
import { gradientDescent, lbfgs, leastSquares, minimize } from '@cad/optim'

/** y(1.5) − 10 for y' = a y², y(0) = 1: y = 1/(1 − a t), which blows up before 1.5 if a > 2/3. */
const blowUp = (a: Tensor): Tensor =>
  sub(at(solveIvp((_t, y, rate: Tensor) => mul(rate, square(y)), [0, 1.5], 1, { args: a, rtol: 1e-9 }).ys, 0), 10)

describe('a model that fails numerically at a trial point', () => {
  it('is a rejected step of leastSquares: an integration that blows up', () => {
    const { x, converged } = leastSquares(blowUp, tensor(0.05))
    expect(converged).toBe(true)
    expect(x.item()).toBeCloseTo(0.6, 7)
  })

  it.each([
    ['lbfgs', lbfgs()],
    ['gradientDescent', gradientDescent()],
  ])('is a rejected step of %s: an integration that blows up', (_, method) => {
    const { x, status } = minimize((a) => square(blowUp(a)), tensor(0.05), { method, maxIterations: 3000 })
    expect(status).not.toBe('failed')
    expect(x.item()).toBeCloseTo(0.6, 5)
  })

  it.each<readonly [string, new (...args: never) => Error, () => unknown]>([
    ['a singular matrix', SingularMatrixError, () => solve(tensor([[0]]), tensor([1]))],
    ['a matrix that is not positive definite', NotPositiveDefiniteError, () => cholesky(tensor([[-1]]))],
    ['a matrix that is not finite', NotFiniteError, () => qr(tensor([[Infinity]]))],
    [
      'a loop without end',
      StepLimitError,
      () =>
        whileLoop(
          (y) => less(y, 1),
          (y) => y,
          0,
          { maxSteps: 9 },
        ),
    ],
    ['any other', NumericalError, () => failing('model: no convergence.')],
  ])('is a rejected step: %s', (_, error, fail) => {
    expect(fail).toThrow(error)
    // From 5 the first steps lead below 0.
    let failures = 0
    const residual = (x: Tensor): Tensor => {
      if (Number(x.item()) > 0) return log(x)
      failures++
      fail()
      return x
    }
    const results = [
      leastSquares(residual, tensor(5)),
      ...[lbfgs(), gradientDescent()].map((method) => minimize((x) => square(residual(x)), tensor(5), { method })),
    ]
    for (const { x, status } of results) {
      expect(status).not.toBe('failed')
      expect(x.item()).toBeCloseTo(1, 6)
    }
    expect(failures).toBeGreaterThan(0)
  })

  it('ends as nonFinite with the last failure, if there is nothing but failures', () => {
    const residual = (x: Tensor): Tensor => {
      if (x.item() === 3) return sub(x, 1)
      throw new NumericalError('model: no convergence.')
    }
    for (const result of [leastSquares(residual, tensor(3)), minimize((x) => square(residual(x)), tensor(3))]) {
      expect(result.status).toBe('nonFinite')
      expect(result.message).toContain('NumericalError: model: no convergence.')
      expect(result.error).toBeInstanceOf(NumericalError)
      expect(result.x.item()).toBe(3)
    }
  })

  it('in its derivative alone is a rejected step too', () => {
    const slope = (x: Tensor): Tensor => (Number(x.item()) > -3 ? tensor(1) : failing('slope: none there.'))
    const line = customRule((x: Tensor) => mul(1, x), {
      jvp: ([x], [dx]) => mul(slope(x), dx),
      vjp: ([x], _, cotangent) => [mul(slope(x), cotangent)],
    })
    // Beyond −3 the residual is small as well, but no search could go on from there.
    const residual = (x: Tensor): Tensor => sub(square(line(x)), 16)
    const { x, status } = leastSquares(residual, tensor(-0.5))
    expect(status).not.toBe('failed')
    expect(Number(x.item())).toBeGreaterThan(-3)
  })
})

describe('a model that fails', () => {
  it('numerically at the start is an error', () => {
    expect(() => leastSquares(blowUp, tensor(2))).toThrow(IntegrationError)
    expect(() => minimize((a) => square(blowUp(a)), tensor(2))).toThrow(IntegrationError)
  })

  it('by a mistake in the program ends the search at once', () => {
    const mistakes = [new TypeError('x is not a function'), new ShapeError('add: shapes do not fit.')]
    for (const mistake of mistakes) {
      let calls = 0
      const residual = (x: Tensor): Tensor => {
        if (++calls > 1) throw mistake
        return log(x)
      }
      const { status, error, evaluations } = leastSquares(residual, tensor(5))
      expect([status, error, evaluations]).toEqual(['failed', mistake, 2])
    }
  })
})

function failing(message: string): never {
  throw new NumericalError(message)
}
