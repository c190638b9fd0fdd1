import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  at,
  checkRule,
  complex,
  conj,
  DtypeError,
  exp,
  forwardMode,
  grad,
  imag,
  jacobian,
  jit,
  jvp,
  matmul,
  mul,
  real,
  reshape,
  reverseMode,
  sin,
  stack,
  sum,
  tensor,
  toTensor,
  wirtinger,
  type Jacobian,
  type Tensor,
  type WirtingerPair,
} from '@cad/core'
import { errorOf } from '../error-of.ts'

const modes = [forwardMode, reverseMode, undefined]

const array = (J: Jacobian): Tensor => {
  if ('dz' in J) throw new Error('expected one array, got a pair')
  return J
}

const pair = (J: Jacobian): WirtingerPair => {
  if ('dz' in J) return J
  throw new Error('expected a pair, got one array')
}

/** z ↦ A z + B conj(z): ∂/∂z = A, ∂/∂z̄ = B. */
const [A, B] = [randomComplex([2, 3], 1), randomComplex([2, 3], 2)]
const realLinear = (z: Tensor): Tensor => add(matmul(A, z), matmul(B, conj(z)))

// Each entry is a handful of products of numbers below 2.
const rounding = 4e-15

describe.each(modes)('jacobian, mode $name', (mode) => {
  const options = mode && { mode }

  it('of a real-linear map is the pair of its matrices', () => {
    const { dz, dzbar } = pair(jacobian(realLinear, options)(randomComplex([3], 3)))
    expect(maxDifference(dz, A)).toBeLessThan(rounding)
    expect(maxDifference(dzbar, B)).toBeLessThan(rounding)
  })

  it('of a function of reals is one array, complex where the function is', () => {
    const [M, x] = [randomReal([2, 3], 4), randomReal([3], 5)]
    expect(maxDifference(jacobian((v) => matmul(M, v), options)(x), M)).toBeLessThan(rounding)
    const J = array(jacobian((v) => matmul(A, v), options)(x))
    expect(J.dtype).toBe('complex128')
    expect(maxDifference(J, A)).toBeLessThan(rounding)
    expect(array(jacobian((v) => matmul(M, v), options)(x)).dtype).toBe('float64')
  })

  it('of a real function of complex numbers has conjugate halves: ½ conj(g) and ½ g', () => {
    const z = randomComplex([2], 6)
    const f = (x: Tensor): Tensor => sum(mul(abs2(x), real(exp(x))))
    const { dz, dzbar } = pair(jacobian(f, options)(z))
    const g = grad(f)(z)
    expect(maxDifference(dzbar, mul(0.5, g))).toBeLessThan(rounding)
    expect(maxDifference(dz, mul(0.5, conj(g)))).toBeLessThan(rounding)
  })

  it('has the shape [...out, ...in]', () => {
    const z = randomComplex([2, 2], 7)
    const f = (x: Tensor): Tensor => stack([x, mul(x, conj(x)), exp(x)], { axis: 1 })
    const { dz, dzbar } = pair(jacobian(f, options)(z))
    expect([dz.shape, dzbar.shape]).toEqual([
      [2, 3, 2, 2, 2],
      [2, 3, 2, 2, 2],
    ])
    const direction = randomComplex([2, 2], 8)
    const apply = (M: Tensor, v: Tensor): Tensor => reshape(matmul(reshape(M, [12, 4]), reshape(v, [4])), [2, 3, 2])
    const expected = jvp(f)(z, direction).tangent
    expect(maxDifference(add(apply(dz, direction), apply(dzbar, conj(direction))), expected)).toBeLessThan(rounding)
  })

  it.each([[[0]], [[2, 0]]])('of nothing, shape %j, has no elements', (shape) => {
    const { dz, dzbar } = pair(jacobian((x) => exp(x), options)(randomComplex(shape, 1)))
    expect([dz.shape, dz.dtype, dzbar.shape]).toEqual([[...shape, ...shape], 'complex128', [...shape, ...shape]])
    expect(array(jacobian((x) => exp(x), options)(randomReal(shape, 1))).shape).toEqual([...shape, ...shape])
    expect(pair(jacobian((x) => sum(x), options)(randomComplex(shape, 1))).dz.shape).toEqual(shape)
  })

  it('of a constant vanishes', () => {
    expect(array(jacobian(() => tensor([1, 2]), options)(3)).toArray()).toEqual([0, 0])
    expect(maxDifference(jacobian(() => complex(1, 2), options)(complex(3)), { dz: 0, dzbar: 0 })).toBe(0)
  })

  it('of a tree is the tree of the Jacobians by its leaves, real and complex', () => {
    const f = (p: { a: Tensor; list: Tensor[] }, factor: number): Tensor =>
      mul(factor, mul(mul(p.a, p.a), conj(p.list[0])))
    const J = jacobian(f, options)({ a: 3, list: [complex(1, 2), 5] }, 2)
    expect(array(J.a).item()).toEqual({ re: 2 * 6, im: -2 * 6 * 2 })
    expect(maxDifference(J.list, [{ dz: 0, dzbar: 18 }, 0])).toBe(0)
  })

  it('is differentiable itself', () => {
    const f = (x: Tensor): Tensor => mul(exp(x), conj(x))
    checkRule((x: Tensor) => pair(jacobian(f, options)(x)).dzbar, [randomComplex([2], 9)])
    checkRule((x: Tensor) => array(jacobian((v) => sin(v), options)(x)), [randomReal([2], 9)])
  })

  it('is the same compiled', () => {
    const z = randomComplex([3], 10)
    const f = (x: Tensor): Tensor => mul(at(x, 0), exp(mul(conj(x), x)))
    const J = (x: Tensor): WirtingerPair => pair(jacobian(f, options)(x))
    expect(maxDifference(jit(J)(z), J(z))).toBeLessThan(rounding)
  })
})

describe('the mode of a Jacobian', () => {
  const passes = (f: (x: Tensor) => Tensor, x: Tensor): string[] => {
    const taken: string[] = []
    for (const mode of [forwardMode, reverseMode]) taken.push(`${mode.name} ${mode.passes([x], f(x))}`)
    return taken
  }

  it('has as many passes as there are real numbers on its side', () => {
    expect(passes((z) => real(z), randomComplex([3], 1))).toEqual(['forward 6', 'reverse 3'])
    expect(passes((x) => complex(x, x), randomReal([3], 1))).toEqual(['forward 3', 'reverse 6'])
  })

  it('is the one with fewer passes: f runs once, its rule as often as needed', () => {
    const counts = { runs: 0 }
    const f = (x: Tensor): Tensor => {
      counts.runs++
      return sum(mul(x, x))
    }
    jacobian(f)(randomReal([7], 1))
    expect(counts.runs).toBe(1)
  })
})

describe('wirtinger', () => {
  it('is the pair also for a real argument', () => {
    const { dz, dzbar } = wirtinger((z) => mul(z, abs2(z)))(3)
    expect([dz.item(), dzbar.item()]).toEqual([
      { re: 18, im: 0 },
      { re: 9, im: 0 },
    ])
  })

  it('takes trees and constants', () => {
    const found = wirtinger((p: { a: Tensor; b: Tensor }, c: number) => mul(c, mul(p.a, conj(p.b))))(
      { a: 2, b: complex(0, 1) },
      3,
    )
    expect(found.a.dz.item()).toEqual({ re: 0, im: -3 })
    expect(found.b.dzbar.item()).toEqual({ re: 6, im: 0 })
    expect(maxDifference([found.a.dzbar, found.b.dz], [0, 0])).toBe(0)
  })

  it('satisfies the chain rule of the pairs', () => {
    const f = (z: Tensor): Tensor => mul(z, abs2(z))
    const g = (w: Tensor): Tensor => add(exp(w), conj(mul(w, w)))
    const z = toTensor({ re: 0.3, im: -0.4 })
    const [outer, inner, both] = [wirtinger(g)(f(z)), wirtinger(f)(z), wirtinger((x) => g(f(x)))(z)]
    const dz = add(mul(outer.dz, inner.dz), mul(outer.dzbar, conj(inner.dzbar)))
    const dzbar = add(mul(outer.dz, inner.dzbar), mul(outer.dzbar, conj(inner.dz)))
    expect(maxDifference(both, { dz, dzbar })).toBeLessThan(rounding)
  })
})

describe('a function that gives a tree', () => {
  it.each([
    ['jacobian', () => jacobian(((x: Tensor) => [x, imag(x)]) as never)(complex(1))],
    ['wirtinger', () => wirtinger(((x: Tensor) => [x, imag(x)]) as never)(complex(1))],
  ])('is refused by %s', (name, call) => {
    const error = errorOf(call)
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toBe(
      `${name}: the function must give one tensor, got an array of length 2. Join its parts with stack or concat.`,
    )
  })
})
