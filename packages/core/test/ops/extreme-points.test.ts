import * as core from '@cad/core'
import { describe, expect, it } from 'vitest'
import { sections } from '../cases/index.ts'
import reference from '../fixtures/extreme-points.json' with { type: 'json' }

type Numbers = readonly number[]
type Rows = readonly (readonly (number | string)[])[]

const one = { re: 1, im: 0 }

/** The rows of a fixture as numbers: "-0", "Infinity" and "NaN" are strings there. */
const rowsOf = (rows: Rows): number[][] => rows.map((row) => row.map(Number))

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

/** Relative to |expected|; where that is infinite, 0 if the same parts are infinite and no part is NaN. */
function relativeError(got: Numbers, expected: Numbers): number {
  if (expected.includes(Infinity) || expected.includes(-Infinity)) {
    const fits = got.every((x, i) => Math.sign(x) === Math.sign(expected[i]) || Number.isFinite(expected[i]))
    return fits && got.some((x) => Math.abs(x) === Infinity) && !got.some(Number.isNaN) ? 0 : Infinity
  }
  const size = Math.max(...expected.map(Math.abs))
  const defect = Math.max(...got.map((x, i) => Math.abs(x - expected[i])))
  return defect < smallestNormal ? 0 : defect / size
}

/** Below it numbers lose digits: what underflows is right to this much. */
const smallestNormal = 2 ** -1022

// Some ten operations, each good to 1 ulp = 2.2e-16 of the modulus; most points reach 3e-16.
const rounding = 1.5e-15

/** The sections that the fixture knows, with their rows in it. */
const known = sections.flatMap(({ extremes, ...section }) =>
  extremes === undefined ? [] : [{ ...section, ...extremes, finite: rowsIn(reference.finite, section.name), extremes }],
)

function rowsIn(block: Readonly<Record<string, Rows>>, name: string): number[][] {
  const rows = block[name]
  if (rows === undefined)
    throw new Error(`extreme-points.json has no ${name}. Add it to functions.py, or take extremes away.`)
  return rowsOf(rows)
}

describe('the fixture', () => {
  it('holds no function that no case names', () => {
    const named = known.map(({ name }) => name)
    const atInfinity = known.flatMap(({ name, extremes }) => (extremes.atInfinity === undefined ? [] : [name]))
    expect(Object.keys(reference.finite).filter((name) => !named.includes(name))).toEqual([])
    expect(Object.keys(reference.infinite).filter((name) => !atInfinity.includes(name))).toEqual([])
  })
})

describe.each(known)(
  '$name, tiny, huge, beside branch points and on both sides of cuts',
  ({ f: section, finite: rows }) => {
    const f = (z: core.Tensor): core.Tensor => section(z)

    /** The points where the relative error of f is too large. */
    const wrongPoints = (error: (z: core.Tensor, row: Numbers) => number): string[] =>
      rows.flatMap((row) => {
        const found = error(core.toTensor({ re: row[0], im: row[1] }), row)
        return found < rounding ? [] : [`(${show(row[0])}, ${show(row[1])}): ${found}`]
      })

    it('has the values of the reference', () => {
      expect(wrongPoints((z, [, , re, im]) => relativeError([...f(z).data], [re, im]))).toEqual([])
    })

    it('has the derivatives of the reference, as tangent and, conjugated, as cotangent', () => {
      const tangent = (z: core.Tensor): Numbers => [...core.jvp(f)(z, one).tangent.data]
      const cotangent = (z: core.Tensor): Numbers => [...core.vjp(f)(z).pullback(one).data]
      expect(wrongPoints((z, [, , , , re, im]) => relativeError(tangent(z), [re, im]))).toEqual([])
      expect(wrongPoints((z, [, , , , re, im]) => relativeError(cotangent(z), [re, -im]))).toEqual([])
    })

    it('gives the same numbers compiled, where they are finite', () => {
      const value = core.jit(f)
      const tangent = core.jit((z: core.Tensor) => core.jvp(f)(z, one).tangent)
      const cotangent = core.jit((z: core.Tensor) => core.vjp(f)(z).pullback(one))
      for (const [re, im] of rows.filter((row) => row.every(Number.isFinite))) {
        const z = core.toTensor({ re, im })
        expect(relativeError([...value(z).data], [...f(z).data])).toBeLessThan(rounding)
        // The seed 1 + 0i is folded in, so other terms may round.
        expect(relativeError([...tangent(z).data], [...core.jvp(f)(z, one).tangent.data])).toBeLessThan(rounding)
        expect(relativeError([...cotangent(z).data], [...core.vjp(f)(z).pullback(one).data])).toBeLessThan(rounding)
      }
    })
  },
)

describe('a branch cut', () => {
  it.each(sections.filter(({ cuts }) => cuts !== undefined))(
    'of $name has two sides, and the sign of zero says which is meant',
    ({ f, cuts = [] }) => {
      const flip = (x: number): number => (x === 0 ? -0 : x)
      for (const [re, im] of cuts) {
        const here = f(core.toTensor({ re, im })).data
        const there = f(core.toTensor({ re: flip(re), im: flip(im) })).data
        expect(Math.hypot(here[0] - there[0], here[1] - there[1])).toBeGreaterThan(1)
      }
    },
  )
})

describe.each(known.filter(({ atInfinity }) => atInfinity !== undefined))(
  '$name at infinite points',
  ({ name, f, atInfinity = {} }) => {
    it('has the values of C99, or NaN where it has no phase', () => {
      const { oscillatesIn } = atInfinity
      const wrong = rowsIn(reference.infinite, name).filter(([re, im, ...expected]) => {
        const value = [...f(core.toTensor({ re, im })).data]
        const part = oscillatesIn === undefined ? 0 : { re, im }[oscillatesIn]
        if (Math.abs(part) === Infinity) return !value.every(Number.isNaN)
        return !value.every((x, i) => x === expected[i] || Math.abs(x - expected[i]) < 1e-15) // π/4 … π: 1 ulp
      })
      expect(wrong).toEqual([])
    })
  },
)

const singular = sections.flatMap(({ name, f, singular: found = [] }) =>
  found.map(({ at, value }) => ({ name: `${name} ${core.formatComplex(at)}`, f, at, value })),
)

describe('at a branch point or pole', () => {
  it.each(singular)(
    '$name has its limit as value and an infinite derivative without NaN, and a zero seed gives zero',
    ({ f: section, at, value }) => {
      const f = (z: core.Tensor): core.Tensor => section(z)
      expect([...f(core.toTensor(at)).data].map((x) => x + 0)).toEqual(value)
      const infinite = (x: core.Tensor): boolean =>
        [...x.data].some((part) => Math.abs(part) === Infinity) && ![...x.data].some(Number.isNaN)
      for (const seed of [one, { re: 0, im: 1 }, { re: 2, im: -3 }]) {
        expect(infinite(core.jvp(f)(at, seed).tangent)).toBe(true)
        expect(infinite(core.vjp(f)(at).pullback(seed))).toBe(true)
      }
      expect([...core.jvp(f)(at, 0).tangent.data].every((x) => x === 0)).toBe(true)
      expect([...core.vjp(f)(at).pullback(0).data].every((x) => x === 0)).toBe(true)
    },
  )
})

const { acos, acosh, asin, atanh, expm1, log1p, sinc } = core

describe('real tensors', () => {
  const points = [-0.75, -1e-9, 0, 1e-300, 0.3, 0.999]

  it.each(sections.filter(({ ofReal }) => ofReal !== undefined))('$name is the real function', ({ f, ofReal }) => {
    const y = f(core.tensor(points))
    expect(y.dtype).toBe('float64')
    expect([...y.data]).toEqual(points.map(ofReal!))
  })

  it('give NaN outside the real domain, as in NumPy; complex ones give the principal value', () => {
    for (const f of [asin, acos, atanh]) expect(f(1.5).item()).toBeNaN()
    expect(acosh(0.5).item()).toBeNaN()
    expect(log1p(-2).item()).toBeNaN()
    expect(acosh({ re: 0.5, im: 0 }).data[1]).toBeCloseTo(Math.acos(0.5), 15)
    expect(acosh(2).item()).toBe(Math.acosh(2))
  })

  it('have the sinc of NumPy, exactly 0 at integers', () => {
    expect([...sinc(core.tensor([0, 0.5, -1, 3, 1e300])).data].map((x) => x + 0)).toEqual([1, 2 / Math.PI, 0, 0, 0])
    expect(
      core
        .grad((x: core.Tensor) => core.grad(sinc)(x))(0)
        .item(),
    ).toBeCloseTo(-(Math.PI ** 2) / 3, 14)
    expect(core.grad(sinc)(0).item()).toBe(0)
    expect(expm1(1e-20).item()).toBe(1e-20)
  })
})
