import {
  abs,
  abs2,
  add,
  arg,
  div,
  equal,
  grad,
  imag,
  jit,
  jvp,
  log,
  mul,
  norm,
  pow,
  real,
  sqrt,
  sum,
  tan,
  tensor,
  toTensor,
  vjp,
  where,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { sections } from '../cases/index.ts'

const realZero = toTensor(0)
const complexZero = toTensor({ re: 0, im: 0 })
const zeros: readonly (readonly [string, Tensor])[] = [
  ['a real zero', realZero],
  ['a complex zero', complexZero],
]

type Unary = (z: Tensor) => Tensor
type Named = readonly [name: string, f: Unary]

const withSlope = (kind: 'by convention' | 'infinite'): readonly Named[] =>
  sections.flatMap(({ name, f, slopeAtZero, onlyReal }) =>
    slopeAtZero === kind ? [[name, (z: Tensor) => f(onlyReal ? real(z) : z)] as const] : [],
  )

const withoutDerivative: readonly Named[] = [...withSlope('by convention'), ['norm of all', (z) => norm(z)]]

/** All numbers of the first derivatives of f at z, in both modes and along both directions, eager and compiled. */
function derivativesAt(f: (z: Tensor) => Tensor, z: Tensor): number[] {
  const seeds: TensorLike[] =
    z.dtype === 'float64'
      ? [1]
      : [
          { re: 1, im: 0 },
          { re: 0, im: 1 },
          { re: 2, im: -3 },
        ]
  const cotangents: TensorLike[] =
    f(z).dtype === 'float64'
      ? [1, -2]
      : [
          { re: 1, im: 0 },
          { re: 0, im: 1 },
        ]
  const compiled = jit(f)
  return [
    ...seeds.flatMap((seed) => [...jvp(f)(z, seed).tangent.data, ...jvp(compiled)(z, seed).tangent.data]),
    ...cotangents.flatMap((w) => [...vjp(f)(z).pullback(w).data, ...vjp(compiled)(z).pullback(w).data]),
  ]
}

const isZero = (numbers: readonly number[]): boolean => numbers.length > 0 && numbers.every((x) => x === 0)

describe.each(zeros)('at %s', (_, z) => {
  it.each(withoutDerivative)('the derivative of %s is 0 in both modes', (_name, f) => {
    expect(isZero(derivativesAt(f, z))).toBe(true)
  })

  it.each(withoutDerivative)('the second derivative of %s is 0, whatever the nesting', (_name, f) => {
    const loss = (x: Tensor): Tensor => real(f(x))
    const one = z.dtype === 'float64' ? toTensor(1) : toTensor({ re: 1, im: 1 })
    const second = [
      jvp(grad(loss))(z, one).tangent,
      vjp((x: Tensor) => grad(loss)(x))(z).pullback(one),
      grad((x: Tensor) => jvp(loss)(x, one).tangent)(z),
      jvp((x: Tensor) => jvp(loss)(x, one).tangent)(z, one).tangent,
    ]
    expect(isZero(second.flatMap((x) => [...x.data]))).toBe(true)
  })

  it('abs2 and integer powers have the derivatives of polynomials', () => {
    expect(isZero(derivativesAt(abs2, z))).toBe(true)
    expect(isZero(derivativesAt((x) => pow(x, 2), z))).toBe(true)
    expect(jvp((x: Tensor) => pow(x, 1))(z, 1).tangent.data[0]).toBe(1)
    expect(isZero(derivativesAt((x) => pow(x, 0), z))).toBe(true)
    expect(grad((x: Tensor) => grad((y: Tensor) => real(pow(y, 2)))(x))(0).item()).toBe(2)
  })

  it.each([
    [1, 1],
    [2, 0],
    [2.5, 0],
    [80, 0],
  ])('a power with the exponent %d given as a tensor has slope %d', (p, slope) => {
    const power = (x: Tensor): Tensor => pow(x, toTensor(p))
    expect(jvp(power)(z, 1).tangent.data[0]).toBe(slope)
    expect(vjp(power)(z).pullback(1).data[0]).toBe(slope)
  })

  it.each<Named>([
    ...withSlope('infinite'),
    ['x ↦ 1 / x', (x) => div(1, x)],
    ['x ↦ x^½', (x) => pow(x, toTensor(0.5))],
    ['x ↦ x⁻¹', (x) => pow(x, -1)],
    ['log abs', (x) => log(abs(x))],
  ])('a zero seed wins over the infinite slope of %s', (_name, f) => {
    expect(isZero([...jvp(f)(z, 0).tangent.data])).toBe(true)
    expect(isZero([...vjp(f)(z).pullback(0).data])).toBe(true)
    expect(isZero([...vjp(jit(f))(z).pullback(0).data])).toBe(true)
  })

  it('a branch that was not chosen gives nothing, at second order neither', () => {
    const safe = (x: Tensor): Tensor => real(where(equal(x, 0), mul(x, 3), sqrt(x)))
    expect(grad((x: Tensor) => safe(x))(z).data[0]).toBe(3)
    expect(isZero([...jvp(grad(safe))(z, 1).tangent.data])).toBe(true)
    expect(isZero([...vjp((x: Tensor) => grad(safe)(x))(z).pullback(1).data])).toBe(true)
  })
})

describe('at a real zero', () => {
  it('an infinite slope is Infinity', () => {
    expect(grad((x: Tensor) => sqrt(x))(0).item()).toBe(Infinity)
    expect(grad((x: Tensor) => log(x))(0).item()).toBe(Infinity)
    expect(grad((x: Tensor) => pow(x, toTensor(0.5)))(0).item()).toBe(Infinity)
  })
})

describe('powers of zero', () => {
  it.each<[TensorLike, TensorLike, number]>([
    [0, toTensor(0), 1],
    [0, toTensor(2.5), 0],
    [0, toTensor(-1), Infinity],
    [{ re: 0, im: 0 }, toTensor(0), 1],
    [{ re: 0, im: 0 }, { re: 1, im: 1 }, 0],
    [{ re: 0, im: 0 }, { re: -1, im: 0 }, Infinity],
  ])('%j to the %j is %d', (z, p, value) => {
    const power = pow(z, p)
    expect(power.data[0]).toBe(value)
    expect([...power.data].slice(1).every((x) => x === 0)).toBe(true)
  })
})

describe('a vector with a zero row', () => {
  it('has a norm with derivative 0 there and unit vectors elsewhere', () => {
    const Z = tensor([
      [0, 0],
      [3, { re: 0, im: 4 }],
    ])
    const bar = grad((x: Tensor) => sum(norm(x, { axis: 1 })))(Z)
    expect([...bar.data]).toEqual([0, 0, 0, 0, 0.6, 0, 0, 0.8])
  })
})

describe('huge and tiny numbers', () => {
  const sizes = [1e-300, 1e-200, 1e200, 1e300]

  it.each(sizes)('have a modulus and a unit derivative at %d (1 + i)', (size) => {
    const z = { re: size, im: size }
    const half = Math.SQRT1_2
    expect(Number(abs(z).item()) / size).toBeCloseTo(Math.SQRT2, 14) // hypot is good to 1 ulp
    const bar = grad((x: Tensor) => abs(x))(z)
    expect(bar.data[0]).toBeCloseTo(half, 14)
    expect(bar.data[1]).toBeCloseTo(half, 14)
  })

  it.each(sizes)('divide without overflow at %d', (size) => {
    // (1 + 2i)/(3 − i) = (1 + 7i)/10, whatever the common scale
    const quotient = div({ re: size, im: 2 * size }, { re: 3 * size, im: -size })
    expect(quotient.data[0]).toBeCloseTo(0.1, 14)
    expect(quotient.data[1]).toBeCloseTo(0.7, 14)
    const slope = grad((a: Tensor) => real(div(a, toTensor({ re: 3, im: -1 }))))({ re: size, im: 0 })
    expect(slope.data[0]).toBeCloseTo(0.3, 14) // conj(1/(3 − i)) = (3 − i)/10
    expect(slope.data[1]).toBeCloseTo(-0.1, 14)
  })

  it.each(sizes)('have a norm and a unit gradient at %d', (size) => {
    const z = tensor([3 * size, { re: 0, im: 4 * size }])
    expect(Number(norm(z).item()) / size).toBeCloseTo(5, 13)
    const bar = grad((x: Tensor) => norm(x))(z)
    expect([...bar.data].map((x) => Number(x.toFixed(14)))).toEqual([0.6, 0, 0, 0.8])
  })

  it.each(sizes)('have a square root at %d', (size) => {
    const root = sqrt({ re: -size, im: 0 })
    expect(root.data[0]).toBe(0)
    expect(root.data[1] / Math.sqrt(size)).toBeCloseTo(1, 14)
  })

  it('have an arg whose cotangent does not pass through |z|²', () => {
    const bar = grad((x: Tensor) => arg(x))({ re: 0, im: 1e-200 })
    expect(bar.data[0] / -1e200).toBeCloseTo(1, 14)
    expect(bar.data[1]).toBeCloseTo(0, 14)
  })

  it('saturate tanh and tan far out instead of giving NaN', () => {
    const far = tan({ re: 1, im: 800 })
    expect([...far.data]).toEqual([expect.closeTo(0, 14), expect.closeTo(1, 14)])
    expect(
      isZero([...grad((x: Tensor) => real(tan(x)))({ re: 1, im: 800 }).data].map((x) => Number(x.toFixed(14)) + 0)),
    ).toBe(true)
  })
})

describe('a real argument embedded in the complex numbers', () => {
  it.each<Named>([...withoutDerivative, ['abs2', abs2], ['square', (x) => pow(x, 2)]])(
    'has the same derivative of %s as the real one',
    (_, f) => {
      for (const x of [-1.5, 0, 2]) {
        const loss = (z: Tensor): Tensor => add(real(f(z)), mul(0, imag(z)))
        expect(grad(loss)({ re: x, im: 0 }).data[0]).toBeCloseTo(Number(grad(loss)(x).item()), 14)
      }
    },
  )
})
