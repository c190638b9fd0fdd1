import { describe, expect, it } from 'vitest'
import {
  at,
  complex,
  DerivativeError,
  grad,
  jit,
  mul,
  square,
  stopGradient,
  sub,
  sum,
  tensor,
  type Tensor,
} from '@cad/core'
import { leastSquares, minimize } from '@cad/optim'

const loss = (x: Tensor): Tensor => sum(square(x))

describe('bad input', () => {
  it('is refused with the caller, what was expected, and what came', () => {
    expect(() => minimize(loss, tensor([1, NaN]))).toThrow('minimize: x0 must be finite, got NaN at element 1.')
    expect(() => minimize((p: { z: Tensor[] }) => sum(p.z[0]), { z: [complex(0, Infinity)] })).toThrow(
      'x0 must be finite, got Infinity at .z[0]: element 0, imaginary part',
    )
    expect(() => minimize(() => 1, {})).toThrow('minimize: x0 must hold at least one number, got none.')
    expect(() => minimize((x) => mul(x, complex(0, 1)), tensor(1))).toThrow(
      'minimize: the loss must be real, got a complex number.',
    )
    expect(() => minimize((x) => x, tensor([1, 2]))).toThrow(
      'minimize: the loss must be one real number, got shape [2].',
    )
    expect(() => minimize(() => tensor(NaN), tensor(1))).toThrow(
      'minimize: the value of the function at the start must be finite, got NaN.',
    )
    expect(() => leastSquares((x) => sub(x, NaN), tensor(1))).toThrow(
      'leastSquares: the value of the function at the start',
    )
    expect(() => leastSquares(() => tensor([]), tensor(1))).toThrow(
      'the residual must hold at least one number, got none',
    )
    expect(() => leastSquares((x) => x, tensor(1), { maxIterations: -1 })).toThrow(
      'leastSquares: maxIterations must be at least 0, got -1.',
    )
    expect(() => minimize(loss, tensor(1), { target: NaN })).toThrow('minimize: target must be a number, got NaN.')
  })

  it('is rethrown as it is when the function throws at the start', () => {
    const error = new Error('no model')
    const broken = (): Tensor => {
      throw error
    }
    expect(() => leastSquares(broken, 1)).toThrow(error)
    expect(() => minimize(broken, 1)).toThrow(error)
  })

  it('ends the search when the residual changes its shape', () => {
    let calls = 0
    const { status, message } = leastSquares((x: Tensor) => (++calls > 1 ? tensor([1, 2, 3]) : x), tensor([1, 2]))
    expect(status).toBe('failed')
    expect(message).toContain('the residual must have 2 real numbers as at the start, got 3')
  })
})

describe('a search inside a transformation', () => {
  it('is refused if it depends on what is traced, with the way out', () => {
    const through = grad((a: Tensor) => minimize((x: Tensor) => square(sub(x, a)), tensor(1)).x)
    expect(() => through(2)).toThrow(DerivativeError)
    expect(() => through(2)).toThrow('minimize: the loss is traced by an outer grad, jvp, vjp or jit')
    const start = grad((a: Tensor) => sum(leastSquares((x) => sub(x, 1), a).x))
    expect(() => start(2)).toThrow('leastSquares: x0 is traced by an outer grad')
    const captured = grad((a: Tensor) => at(leastSquares((x) => sub(x, a), tensor([1])).x, 0))
    expect(() => captured(2)).toThrow('leastSquares: the residual is traced')
  })

  it('is refused under jit', () => {
    const compiled = jit((a: Tensor) => minimize((x: Tensor) => square(sub(x, 1)), a).x)
    expect(() => compiled(tensor(2))).toThrow('minimize: x0 is traced by an outer grad, jvp, vjp or jit')
  })

  it('is a constant if it depends on nothing that is traced', () => {
    const gradient = grad((a: Tensor) => mul(a, leastSquares((x) => sub(square(x), 2), tensor(1)).x))
    expect(gradient(3).item()).toBeCloseTo(Math.SQRT2, 12)
  })

  it('is a constant behind stopGradient', () => {
    const gradient = grad((a: Tensor) => {
      const { x } = minimize((x: Tensor) => square(sub(x, stopGradient(a))), tensor(1))
      return mul(a, x)
    })
    expect(gradient(2).item()).toBeCloseTo(2, 8)
  })
})
