import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { DtypeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { abs, abs2, arg, complex, conj, imag, project, real, sign } from '../../src/ops/conjugation.ts'
import { sum } from '../../src/ops/reduction.ts'
import { Opaque, tensor, toTensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const z = randomComplex([5], 1)

describe('the parts of a complex number', () => {
  it('make it up again', () => {
    expect(maxDifference(complex(real(z), imag(z)), z)).toBe(0)
    expect(maxDifference(complex(real(z), mul(-1, imag(z))), conj(z))).toBe(0)
    expect(maxDifference(mul(abs(z), sign(z)), z)).toBeLessThan(1e-15) // |z| ≤ √2, two roundings
    expect(maxDifference(mul(abs(z), exp(complex(0, arg(z)))), z)).toBeLessThan(1e-15)
    expect(maxDifference(mul(abs(z), abs(z)), abs2(z))).toBeLessThan(1e-15)
  })

  it('of a real tensor are itself and zero', () => {
    const x = randomReal([3], 2)
    expect(real(x)).toBe(x)
    expect(conj(x)).toBe(x)
    expect([...imag(x).data]).toEqual([0, 0, 0])
    expect([...arg([-2, 0, 3].map((value) => toTensor(value)).reduce((_, y) => y)).data]).toEqual([0])
    expect(arg(-2).item()).toBe(Math.PI)
    expect([abs(-2).item(), sign(-2).item(), sign(0).item(), abs2(-2).item()]).toEqual([2, -1, 0, 4])
  })

  it('are real', () => {
    for (const f of [real, imag, abs, abs2, arg]) expect(f(z).dtype).toBe('float64')
    for (const f of [conj, sign]) expect(f(z).dtype).toBe('complex128')
  })
})

describe('complex', () => {
  it('joins real tensors, with broadcasting, and takes 0 as imaginary part', () => {
    expect(complex(tensor([1, 2]), 3).toArray()).toEqual([
      { re: 1, im: 3 },
      { re: 2, im: 3 },
    ])
    expect(complex(1).toArray()).toEqual({ re: 1, im: 0 })
  })

  it('gives real cotangents to its parts', () => {
    const gradient = grad(({ x, y }: { x: Tensor; y: Tensor }) => abs2(complex(x, y)))({ x: 3, y: 4 })
    expect([gradient.x.item(), gradient.y.item()]).toEqual([6, 8])
  })

  it.each([
    [{ re: 1, im: 2 }, 0],
    [1, { re: 1, im: 2 }],
  ])('refuses complex parts instead of dropping half of them', (x, y) => {
    const error = errorOf(() => complex(x, y))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toBe(
      'complex: expected real tensors, got a complex one. Its two parts are real: take real or imag of it.',
    )
  })
})

describe('project', () => {
  it('drops imaginary parts for a real space, adds zero ones for a complex one', () => {
    expect(project(toTensor({ re: 1, im: 2 }), 'float64').item()).toBe(1)
    expect(project(toTensor(1), 'complex128').item()).toEqual({ re: 1, im: 0 })
    expect(project(z, 'complex128')).toBe(z)
  })
})

describe('a real argument', () => {
  it('has a real gradient however complex the way to the loss is', () => {
    const loss = (x: Tensor): Tensor => sum(abs2(add(exp(mul(complex(0, 1), x)), mul({ re: 2, im: 1 }, x))))
    const x = tensor([0.3, -1.2])
    const gradient = grad(loss)(x)
    expect(gradient.dtype).toBe('float64')
    // |e^{ix} + (2 + i)x|² = 1 + 5x² + 2x(2 cos x + sin x)
    const expected = [...x.data].map(
      (t) => 10 * t + 2 * (2 * Math.cos(t) + Math.sin(t)) + 2 * t * (Math.cos(t) - 2 * Math.sin(t)),
    )
    expect(maxDifference(gradient, tensor(expected))).toBeLessThan(1e-14) // some ε of numbers up to 20
  })
})

describe('a handle', () => {
  it.each(Object.entries({ real, imag, abs, abs2, conj, sign, arg }))('is refused by %s', (name, f) => {
    const error = errorOf(() => f(new Opaque(['LU'])))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(new RegExp(`^${name}: expected real or complex tensors, got an opaque handle`))
  })
})
