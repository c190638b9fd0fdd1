import * as core from '@cad/core'
import { describe, expect, it } from 'vitest'

// Every elementwise operation at every combination of special parts: no NaN from a finite point, neither in the value nor in a
// derivative; a zero seed gives a zero derivative even where the slope is infinite; NaN stays NaN.

const other = { re: 2, im: -3 }
const { add, div, full, mul, norm, pow, prod, reshape, stack, sub } = core

type Elementwise = (z: core.TensorLike) => core.Tensor

/** The element and a fixed one side by side, or the element alone, along a new axis to reduce over. */
const beside = (z: core.TensorLike, fixed: core.TensorLike): core.Tensor =>
  stack([z, full(core.toTensor(z).shape, fixed)], { axis: -1 })
const alone = (z: core.TensorLike): core.Tensor => reshape(z, [...core.toTensor(z).shape, 1])
const last = { axis: -1 }

const complexFunctions: Record<string, Elementwise> = {
  neg: core.neg,
  'z + c': (z) => add(z, other),
  'c − z': (z) => sub(other, z),
  'c z': (z) => mul(other, z),
  'z / c': (z) => div(z, other),
  'c / z': (z) => div(other, z),
  'z / 2': (z) => div(z, 2),
  '2 / z': (z) => div(2, z),
  reciprocal: core.reciprocal,
  square: core.square,
  'z⁰': (z) => pow(z, 0),
  'z³': (z) => pow(z, 3),
  'z⁻²': (z) => pow(z, -2),
  'z⁷⁰': (z) => pow(z, 70),
  'z^½': (z) => pow(z, 0.5),
  'z^−1.5': (z) => pow(z, -1.5),
  'z^c': (z) => pow(z, other),
  'c^z': (z) => pow(other, z),
  '2^z': (z) => pow(2, z),
  exp: core.exp,
  log: core.log,
  sqrt: core.sqrt,
  sin: core.sin,
  cos: core.cos,
  tan: core.tan,
  sinh: core.sinh,
  cosh: core.cosh,
  tanh: core.tanh,
  expm1: core.expm1,
  log1p: core.log1p,
  sinc: core.sinc,
  asin: core.asin,
  acos: core.acos,
  atan: core.atan,
  asinh: core.asinh,
  acosh: core.acosh,
  atanh: core.atanh,
  conj: core.conj,
  real: core.real,
  imag: core.imag,
  abs: core.abs,
  abs2: core.abs2,
  arg: core.arg,
  sign: core.sign,
  where: (z) => core.where(core.isFinite(z), z, other),
  prod: (z) => prod(beside(z, other), last),
  cumsum: (z) => core.sum(core.cumsum(beside(z, other), last), last),
  norm: (z) => norm(alone(z), last),
  'norm, p = 1': (z) => norm(alone(z), { axis: -1, ord: 1 }),
  'norm, p = 1.5': (z) => norm(alone(z), { axis: -1, ord: 1.5 }),
  'norm, p = 3': (z) => norm(alone(z), { axis: -1, ord: 3 }),
  'norm, p = ∞': (z) => norm(alone(z), { axis: -1, ord: Infinity }),
}

const realFunctions: Record<string, Elementwise> = {
  ...complexFunctions,
  maximum: (x) => core.maximum(x, 1),
  minimum: (x) => core.minimum(1, x),
  clip: (x) => core.clip(x, -1, 1),
  floor: core.floor,
  ceil: core.ceil,
  round: core.round,
  'r e^{iθ} in r': (x) => core.polar(x, 2),
  'r e^{iθ} in θ': (x) => core.polar(2, x),
  'x + iy in y': (x) => core.complex(1, x),
  max: (x) => core.max(beside(x, 1), last),
  min: (x) => core.min(beside(x, 1), last),
}

const masks: Record<string, Elementwise> = {
  equal: (x) => core.equal(x, 1),
  notEqual: (x) => core.notEqual(x, 1),
  isFinite: core.isFinite,
  isNaN: core.isNaN,
}

/** Where a real function has no real value. */
const realDomain: Record<string, (x: number) => boolean> = {
  log: (x) => x >= 0,
  sqrt: (x) => x >= 0,
  log1p: (x) => x >= -1,
  asin: (x) => Math.abs(x) <= 1,
  acos: (x) => Math.abs(x) <= 1,
  acosh: (x) => x >= 1,
  atanh: (x) => Math.abs(x) <= 1,
  'z^½': (x) => x >= 0,
  'z^−1.5': (x) => x >= 0,
}

const parts = [0, -0, 1e-300, -1e-300, 0.5, 1, -1, -2.5, 800, 1e300, -1e300]
const complexPoints = core.tensor(parts.flatMap((re) => parts.map((im) => ({ re, im }))))
const seeds = {
  float64: [1, -2],
  complex128: [
    { re: 1, im: 0 },
    { re: 0, im: 1 },
    { re: 2, im: -3 },
  ],
  opaque: [],
}

const show = (x: unknown): string => JSON.stringify(x, (_, part: unknown) => (Object.is(part, -0) ? '-0' : part))

/** What is NaN, and what is not zero for a zero seed, in the derivatives of f at the points z. */
function defects(f: Elementwise, z: core.Tensor): string[] {
  const points = z.toArray() as readonly (number | core.Complex)[]
  const found: string[] = []
  const note = (what: string, isWrong: (x: number) => boolean, { data, size }: core.Tensor): void => {
    points.forEach((point, i) => {
      const own = data.slice((i * data.length) / size, ((i + 1) * data.length) / size)
      if (own.some(isWrong)) found.push(`${what} at ${show(point)}: ${own.join()}`)
    })
  }
  const { value, pushforward } = core.linearize((x: core.Tensor) => f(x))(z)
  const { pullback } = core.vjp((x: core.Tensor) => f(x))(z)
  expect(value.size).toBe(z.size)
  note('value', Number.isNaN, value)
  for (const seed of seeds[z.dtype]) note('jvp', Number.isNaN, pushforward(full(z.shape, seed)))
  for (const seed of seeds[value.dtype]) note('vjp', Number.isNaN, pullback(full(value.shape, seed)))
  note('jvp of zero', (x) => x !== 0, pushforward(full(z.shape, 0)))
  note('vjp of zero', (x) => x !== 0, pullback(full(value.shape, 0)))
  return found
}

describe('at finite complex points', () => {
  it.each(Object.entries(complexFunctions))('%s has a value and derivatives without NaN', (_, f) => {
    expect(defects(f, complexPoints)).toEqual([])
  })
})

describe('at finite real points', () => {
  it.each(Object.entries(realFunctions))('%s has a value and derivatives without NaN, inside its domain', (name, f) => {
    const isInside = realDomain[name] ?? (() => true)
    expect(defects(f, core.tensor(parts.filter(isInside)))).toEqual([])
  })

  it.each(Object.entries(realDomain))(
    '%s is NaN outside its domain, where a zero seed still gives zero',
    (name, isInside) => {
      const outside = core.tensor(parts.filter((x) => !isInside(x)))
      const { value, pullback } = core.vjp((x: core.Tensor) => realFunctions[name](x))(outside)
      expect([...value.data].every(Number.isNaN)).toBe(true)
      expect([...pullback(full(outside.shape, 0)).data].every((x) => x === 0)).toBe(true) // so `where` may choose another branch
    },
  )
})

describe('NaN', () => {
  const constant = new Set(['z⁰', 'where', 'imag'])

  it.each(Object.entries(realFunctions).filter(([name]) => !constant.has(name)))('stays NaN in %s', (_, f) => {
    expect([...f(NaN).data].some(Number.isNaN)).toBe(true)
  })

  it.each(Object.entries(complexFunctions).filter(([name]) => !constant.has(name)))(
    'in a part of z leaves NaN in a part of the result: %s',
    (name, f) => {
      for (const part of name === 'real' ? (['re'] as const) : (['re', 'im'] as const)) {
        expect([...f({ ...other, [part]: NaN }).data].some(Number.isNaN)).toBe(true)
      }
    },
  )

  it.each(Object.entries(masks))('is told by masks, which never are NaN and have no derivative: %s', (_, f) => {
    for (const x of [NaN, Infinity, 1, { re: NaN, im: 1 }, { re: 1, im: -Infinity }]) {
      expect([0, 1]).toContain(f(x).item())
      expect(
        core
          .vjp((z: core.Tensor) => f(z))(x)
          .pullback(1)
          .data.every((part) => part === 0),
      ).toBe(true)
    }
  })
})

describe('infinite arguments', () => {
  const infinity = [Infinity, -Infinity]

  it('have the limits of real functions', () => {
    const limits: Record<string, readonly [number, number]> = {
      exp: [Infinity, 0],
      expm1: [Infinity, -1],
      tanh: [1, -1],
      atan: [Math.PI / 2, -Math.PI / 2],
      asinh: infinity as [number, number],
      reciprocal: [0, -0],
      abs: [Infinity, Infinity],
      sign: [1, -1],
      arg: [0, Math.PI],
      floor: infinity as [number, number],
      ceil: infinity as [number, number],
      round: infinity as [number, number],
      clip: [1, -1],
      norm: [Infinity, Infinity],
      'norm, p = 3': [Infinity, Infinity],
    }
    for (const [name, values] of Object.entries(limits))
      expect(infinity.map((x) => realFunctions[name](x).item())).toEqual(values)
  })

  it('divide what is finite to 0, and have a modulus and a direction', () => {
    for (const re of [Infinity, -Infinity, 1]) {
      const z = { re, im: -Infinity }
      expect([...div(other, z).data].every((x) => x === 0)).toBe(true)
      expect(core.abs(z).item()).toBe(Infinity)
      expect(core.abs(core.sign(z)).item()).toBeCloseTo(1, 15)
    }
  })
})
