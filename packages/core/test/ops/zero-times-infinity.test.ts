import {
  abs,
  abs2,
  acosh,
  add,
  arg,
  at,
  clip,
  complex,
  div,
  exp,
  foriLoop,
  grad,
  hypot,
  imag,
  jit,
  jvp,
  less,
  linspace,
  log,
  matmul,
  maximum,
  mul,
  norm,
  pow,
  real,
  reciprocal,
  sign,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tensor,
  vjp,
  where,
  type Tensor,
} from '@cad/core'
import { maxDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { inEveryWay } from '../compile/every-way.ts'

// In a derivative zero times infinite is zero, whether the seed or the slope is the zero, eager and compiled.

/** The gradient of the sum of f, eager, compiled in every way, and of f compiled. */
function gradients(f: (x: Tensor) => Tensor, x: Tensor): number[][] {
  const gradient = (loss: (x: Tensor) => Tensor): Tensor => grad((z: Tensor) => sum(loss(z)))(x)
  const all = inEveryWay(([z]) => [grad((y: Tensor) => sum(f(y)))(z)], [x])
  return [...all, [...gradient(jit(f)).data]]
}

/** The same for tangents along 1, which for the functions here need not be the gradient. */
function tangents(f: (x: Tensor) => Tensor, x: Tensor): number[][] {
  const one = x.dtype === 'complex128' ? complex(1, 2) : tensor(1)
  const seed = add(mul(x, 0), one)
  const tangent = (of: (x: Tensor) => Tensor): Tensor => jvp(of)(x, seed).tangent
  return [...inEveryWay(([z, dot]) => [jvp(f)(z, dot).tangent], [x, seed]), [...tangent(jit(f)).data]]
}

describe('a gradient that is finite', () => {
  it('is so for a root of a maximum', () => {
    const loss = (a: Tensor): Tensor => sum(square(sub(sqrt(maximum(sub(linspace(-1, 1, 5), a), 0)), 0.3)))
    for (const [found] of gradients(loss, tensor(0.1))) expect(found).toBeCloseTo(-1.209430584957905, 13)
  })

  it('is so for powers of 0, with respect to the exponent', () => {
    const loss = (p: Tensor): Tensor => sum(square(sub(pow(linspace(0, 1, 5), p), 0.3)))
    for (const [found] of gradients(loss, tensor(1.5))) expect(found).toBeCloseTo(-0.09621645162143022, 13)
  })

  it('is so behind a pole that a sigmoid closes', () => {
    const sigmoid = (x: Tensor): Tensor => reciprocal(add(1, mul(3, exp(x))))
    for (const found of gradients(sigmoid, tensor([-1, 800, 2000]))) {
      expect(found[0]).toBeCloseTo((-3 * Math.exp(-1)) / (1 + 3 * Math.exp(-1)) ** 2, 14)
      expect(found.slice(1).every((x) => x === 0)).toBe(true)
    }
  })

  it('is so for two resistors of which one is none', () => {
    const parallel = ([a, b]: readonly Tensor[]): Tensor => reciprocal(add(reciprocal(a), reciprocal(b)))
    for (const [re, im] of inEveryWay((zs) => [parallel(zs)], [complex(0, 0), complex(3, 1)]))
      expect([re + 0, im + 0]).toEqual([0, 0])
  })

  it('is so where a seed is infinite that comes from outside of compiled code', () => {
    const rectified = jit((x: Tensor) => maximum(x, 0))
    expect(grad((x: Tensor) => sqrt(rectified(x)))(-1).item()).toBe(0)
    const masked = jit((z: Tensor) => mul(z, tensor([0, 1])))
    expect([...grad((x: Tensor) => sum(sqrt(masked(x))))(tensor([1, 4])).data]).toEqual([0, 0.25])
    const branch = jit((x: Tensor) => exp(x))
    const guarded = (x: Tensor): Tensor => sum(where(less(x, 700), branch(x), 0))
    expect([...grad(guarded)(tensor([0, 800])).data]).toEqual([1, 0])
  })

  it('is so in a loop in which one step has an infinite slope and the one before it none', () => {
    const step = (x: Tensor): Tensor => sqrt(maximum(sub(x, 1), 0))
    const looped = (x: Tensor): Tensor => foriLoop(0, 3, (_, y) => step(y), x)
    const unrolled = (x: Tensor): Tensor => step(step(step(x)))
    for (const x of [-1, 0.5, 1.5]) {
      expect(grad(looped)(x).item()).toBe(0)
      expect(grad(unrolled)(x).item()).toBe(0)
      expect(jvp(looped)(x, 1).tangent.item()).toBe(0)
    }
  })
})

/** A function whose value has an infinite slope in what it is made of, which has slope 0. */
type Composite = readonly [name: string, f: (z: Tensor) => Tensor, at: Tensor]

const zero = complex(0)
const composites: readonly Composite[] = [
  ['√(x ∘ mask)', (x) => sqrt(mul(x, tensor([0, 0]))), tensor([1, -2])],
  ['acosh sign x', (x) => acosh(sign(x)), tensor(2)],
  ['Re acosh sign z', (z) => real(acosh(sign(z))), complex(2)],
  ['√|z|²', (z) => sqrt(abs2(z)), zero],
  ['√(a² + |b|²)', (z) => sqrt(add(square(real(z)), abs2(imag(z)))), zero],
  ['log|z|', (z) => log(abs(z)), zero],
  ['log|z|²', (z) => log(abs2(z)), zero],
  ['(|z|²)^¼', (z) => pow(abs2(z), 0.25), zero],
  ['√‖z‖', (z) => sqrt(norm(z)), zero],
  ['√hypot', (z) => sqrt(hypot(real(z), imag(z))), zero],
  ['√ of a clipped number', (x) => sqrt(clip(x, 0, 1)), tensor(-1)],
  ['√ of rows of zeros', (x) => sqrt(matmul(tensor([[0, 0], [0, 0]]), x)), tensor([1, 2])], // prettier-ignore
  ['arg of a masked number', (z) => arg(mul(z, 0)), complex(1, 2)],
  ['(x³)^⅓, which has slope 1', (x) => pow(pow(x, 3), 1 / 3), tensor(0)],
]

describe('a composite with a slope of zero inside of an infinite one', () => {
  it.each(composites)('has the tangent and the cotangent 0: %s', (_, f, x) => {
    for (const found of [...gradients(f, x), ...tangents(f, x)]) expect(found.every((part) => part === 0)).toBe(true)
  })
})

describe('second derivatives at 0', () => {
  it('of the square of a norm are 0 by the rule for its slope; those of Σ|z|² are 2', () => {
    const x = tensor([0, 0])
    const second = (f: (x: Tensor) => Tensor): Tensor => jvp(grad(f))(x, tensor([1, 0])).tangent
    expect([...second((z) => square(norm(z))).data]).toEqual([0, 0])
    expect([...second((z) => sum(abs2(z))).data]).toEqual([2, 0])
  })
})

describe('a power whose exponent is complex', () => {
  it.each([
    [-1, complex(0.5, 0.25), -Math.PI * Math.exp(-Math.PI / 4), 0],
    [-8, complex(1 / 3), -3.3619565510228164, 6.743291055148623],
  ])('of the real number %d has the logarithm that is meant in its slope', (base, p, re, im) => {
    const power = (q: Tensor): Tensor => pow(tensor(base), q)
    const pushed = inEveryWay(([q, dot]) => [jvp(power)(q, dot).tangent], [p, complex(1)])
    for (const found of pushed) {
      expect(found[0]).toBeCloseTo(re, 13)
      expect(found[1]).toBeCloseTo(im, 13)
    }
    expect(maxDifference(vjp(power)(p).pullback(complex(1)), complex(re, -im))).toBeLessThan(1e-13)
  })
})

describe('an index', () => {
  it('leaves zeros that win over what overflows at the other elements', () => {
    const first = (x: Tensor): Tensor => at(exp(x), 0)
    for (const found of gradients(first, tensor([0, 800]))) expect(found).toEqual([1, 0])
    const both = (x: Tensor): Tensor => at(stack([at(x, 0), div(1, at(x, 1))]), 0)
    for (const found of gradients(both, tensor([2, 0]))) expect(found).toEqual([1, 0])
  })
})
