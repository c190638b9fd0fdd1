import { maxDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { grad } from '../../src/transformations/grad.ts'
import { cos, cosh, exp, log, sin, sinh, sqrt, tan, tanh } from '../../src/ops/holomorphic.ts'
import { complex } from '../../src/ops/conjugation.ts'
import { tensor, type Tensor, type TensorLike } from '../../src/tensor.ts'

const functions = { exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh }
const derivatives: Record<keyof typeof functions, (x: number) => number> = {
  exp: Math.exp,
  log: (x) => 1 / x,
  sqrt: (x) => 0.5 / Math.sqrt(x),
  sin: Math.cos,
  cos: (x) => -Math.sin(x),
  tan: (x) => 1 / Math.cos(x) ** 2,
  sinh: Math.cosh,
  cosh: Math.sinh,
  tanh: (x) => 1 / Math.cosh(x) ** 2,
}
const points = [0.2, 1.3, 2.9]

describe.each(Object.entries(functions))('%s of a real tensor', (name, f: (x: TensorLike) => Tensor) => {
  it('is real and the Math function', () => {
    const y = f(tensor(points))
    expect(y.dtype).toBe('float64')
    // sin and cosh of a real number go through sin x cosh 0, which is exact
    expect([...y.data]).toEqual(points.map(Math[name as keyof typeof functions]))
  })

  it('has the real derivative', () => {
    for (const x of points) {
      const slope = grad((t: Tensor) => f(t))(x)
      expect(slope.dtype).toBe('float64')
      const expected = derivatives[name as keyof typeof functions](x)
      expect(Math.abs(Number(slope.item()) - expected)).toBeLessThan(1e-14 * (1 + Math.abs(expected))) // a few ε
    }
  })

  it('is the complex function on the real axis', () => {
    // Other formulas, each good to a few ε of values up to 20
    expect(maxDifference(f(complex(tensor(points))), f(tensor(points)))).toBeLessThan(2e-14)
  })
})

describe('branch cuts', () => {
  it('lie along the negative real axis, continuous from above', () => {
    expect(sqrt({ re: -4, im: 0 }).toArray()).toEqual({ re: 0, im: 2 })
    expect(sqrt({ re: -4, im: -1e-300 }).data[1]).toBe(-2)
    expect(log({ re: -1, im: 0 }).toArray()).toEqual({ re: 0, im: Math.PI })
    expect(log({ re: -1, im: -1e-300 }).data[1]).toBe(-Math.PI)
  })

  it('leave real tensors real: NaN below 0', () => {
    expect(sqrt(-1).item()).toBeNaN()
    expect(log(-1).item()).toBeNaN()
  })
})

describe('sqrt', () => {
  it('keeps small imaginary parts next to large real ones', () => {
    expect(sqrt({ re: -1, im: 2e-20 }).toArray()).toEqual({ re: 1e-20, im: 1 })
    expect(sqrt({ re: 1, im: 2e-20 }).toArray()).toEqual({ re: 1, im: 1e-20 })
    expect(sqrt({ re: 0, im: 0 }).toArray()).toEqual({ re: 0, im: 0 })
  })
})
