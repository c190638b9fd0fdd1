import * as core from '@cad/core'
import { describe, expect, it } from 'vitest'
import { sections } from '../cases/index.ts'

// Every elementwise operation at every combination of special parts: no NaN from a finite point, neither in the value nor in a
// derivative; a zero seed gives a zero derivative even where the slope is infinite; NaN stays NaN.

const other = { re: 2, im: -3 }
const { div, full } = core

type Elementwise = (z: core.TensorLike) => core.Tensor

const functions = sections.filter(({ isMask }) => isMask !== true)
const complexFunctions = functions.filter(({ onlyReal }) => onlyReal !== true)
const masks = sections.filter(({ isMask }) => isMask === true)

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
  it.each(complexFunctions)('$name has a value and derivatives without NaN', ({ f }) => {
    expect(defects(f, complexPoints)).toEqual([])
  })
})

describe('at finite real points', () => {
  it.each(functions)(
    '$name has a value and derivatives without NaN, inside its domain',
    ({ f, realWhere = () => true }) => {
      expect(defects(f, core.tensor(parts.filter(realWhere)))).toEqual([])
    },
  )

  it.each(functions.filter(({ realWhere }) => realWhere !== undefined))(
    '$name is NaN outside its domain, where a zero seed still gives zero',
    ({ f, realWhere = () => true }) => {
      const outside = core.tensor(parts.filter((x) => !realWhere(x)))
      const { value, pullback } = core.vjp((x: core.Tensor) => f(x))(outside)
      expect([...value.data].every(Number.isNaN)).toBe(true)
      expect([...pullback(full(outside.shape, 0)).data].every((x) => x === 0)).toBe(true) // so `where` may choose another branch
    },
  )
})

describe('NaN', () => {
  it.each(functions.filter(({ dropsNaN }) => dropsNaN !== 'always'))('stays NaN in $name', ({ f }) => {
    expect([...f(NaN).data].some(Number.isNaN)).toBe(true)
  })

  it.each(complexFunctions.filter(({ dropsNaN }) => dropsNaN !== 'always'))(
    'in a part of z leaves NaN in a part of the result: $name',
    ({ f, dropsNaN }) => {
      for (const part of dropsNaN === undefined ? (['re', 'im'] as const) : (['re'] as const)) {
        expect([...f({ ...other, [part]: NaN }).data].some(Number.isNaN)).toBe(true)
      }
    },
  )

  it.each(masks)('is told by masks, which never are NaN and have no derivative: $name', ({ f, onlyReal }) => {
    const complexNumbers = [
      { re: NaN, im: 1 },
      { re: 1, im: -Infinity },
    ]
    for (const x of [NaN, Infinity, 1, ...(onlyReal ? [] : complexNumbers)]) {
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
  it.each(sections.filter(({ limits }) => limits !== undefined))(
    'have the limits of real functions: $name',
    (section) => {
      expect([Infinity, -Infinity].map((x) => section.f(x).item())).toEqual(section.limits)
    },
  )

  it('divide what is finite to 0, and have a modulus and a direction', () => {
    for (const re of [Infinity, -Infinity, 1]) {
      const z = { re, im: -Infinity }
      expect([...div(other, z).data].every((x) => x === 0)).toBe(true)
      expect(core.abs(z).item()).toBe(Infinity)
      expect(core.abs(core.sign(z)).item()).toBeCloseTo(1, 15)
    }
  })
})
