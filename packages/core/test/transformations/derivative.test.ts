import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  checkRule,
  complex,
  conj,
  cos,
  derivative,
  DerivativeError,
  exp,
  jit,
  log,
  mul,
  neg,
  pow,
  real,
  ShapeError,
  sin,
  slice,
  sqrt,
  square,
  sub,
  sum,
  tan,
  type Tensor,
} from '@cad/core'
import { errorOf } from '../error-of.ts'

describe('the derivative of a holomorphic function', () => {
  it.each<[string, (z: Tensor) => Tensor, (z: Tensor) => Tensor]>([
    ['exp', exp, exp],
    ['sin', sin, cos],
    ['z³', (z) => pow(z, 3), (z) => mul(3, square(z))],
    ['log of the square', (z) => log(square(z)), (z) => mul(2, pow(z, -1))],
    ['conj f(conj z)', (z) => conj(sqrt(conj(z))), (z) => mul(0.5, pow(z, -0.5))],
  ])('is f′, elementwise: %s', (_, f, expected) => {
    for (const z of [randomComplex([2, 3], 1), complex(0.3, 0.7), randomComplex([0], 2)]) {
      // A few operations on numbers below 100, relative to the largest of them.
      expect(maxDifference(derivative(f)(z), expected(z)) / (1 + maxDifference(expected(z), mul(0, z)))).toBeLessThan(
        1e-14,
      )
    }
  })

  it('is the real one at a real point', () => {
    const x = randomReal([3], 3)
    expect(derivative(sin)(x).dtype).toBe('float64')
    expect(maxDifference(derivative(sin)(x), cos(x))).toBe(0)
    expect(derivative((t) => abs2(t))(3).item()).toBe(6)
  })

  it('nests, and takes constants', () => {
    const z = randomComplex([2], 4)
    expect(maxDifference(derivative(derivative(sin))(z), neg(sin(z)))).toBeLessThan(1e-14) // rounding of numbers below 2
    expect(derivative((x: Tensor, c: number) => mul(c, x))(complex(1, 1), 5).item()).toEqual({ re: 5, im: 0 })
    checkRule((x: Tensor) => derivative((y) => exp(square(y)))(x), [z])
  })

  it('is 0 at a stationary point, where rounding alone is left', () => {
    const one = (z: Tensor): Tensor => add(square(sin(z)), square(cos(z)))
    const z = randomComplex([20], 5)
    expect(maxDifference(derivative(one)(z), mul(0, z))).toBeLessThan(1e-14) // a few ε of products below 4
  })

  it('is the same compiled', () => {
    const z = randomComplex([3], 6)
    const slope = (x: Tensor): Tensor => derivative((y) => mul(tan(y), y))(x)
    expect(maxDifference(jit(slope)(z), slope(z))).toBeLessThan(1e-14) // the same operations on numbers below 10
  })
})

describe('a function that is not holomorphic', () => {
  it('is refused with the amount by which Cauchy–Riemann fails', () => {
    const error = errorOf(() => derivative((z) => mul(z, conj(z)))(complex(3, 4)))
    expect(error).toBeInstanceOf(DerivativeError)
    expect(error.message).toBe(
      'derivative: the function is not holomorphic: |∂f/∂z̄| = 5.00 where |∂f/∂z| = 5.00, a ratio of 1.0e+0; ' +
        'Cauchy–Riemann asks for 0, to 1e-8. Use wirtinger(f) for both derivatives.',
    )
  })

  it.each<[string, (z: Tensor) => Tensor]>([
    ['conj', conj],
    ['the real part', real],
    ['a small admixture', (z) => add(exp(z), mul(1e-6, conj(z)))],
  ])('is refused also at one of several elements, and compiled: %s', (_, f) => {
    const z = randomComplex([2, 2], 1)
    expect(errorOf(() => derivative(f)(z)).message).toMatch(/not holomorphic at element 0 \(flat\) of shape \[2, 2\]/)
    expect(errorOf(() => jit((x: Tensor) => derivative(f)(x))(z))).toBeInstanceOf(DerivativeError)
  })

  it('may be admitted by a wider tolerance', () => {
    const f = (z: Tensor): Tensor => add(z, mul(1e-6, conj(z)))
    expect(derivative(f, { tolerance: 1e-5 })(complex(1, 2)).item()).toEqual({ re: 1, im: 0 })
  })
})

describe('a function that mixes elements', () => {
  it('is refused where the shape shows it', () => {
    const error = errorOf(() => derivative((z) => sum(z))(randomComplex([3], 1)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(
      /derivative: the function must act on every element by itself, got shape \[\] for \[3\]\. .* jacobian or wirtinger/,
    )
  })

  it('is refused where only the numbers show it', () => {
    for (const z of [randomComplex([3], 1), randomReal([3], 1)]) {
      const error = errorOf(() => derivative((x) => sub(x, square(slice(x, { step: -1 }))))(z))
      expect(error).toBeInstanceOf(DerivativeError)
      expect(error.message).toMatch(/at element 0 \(flat\) of shape \[3\] it depends on other elements/)
    }
  })
})
