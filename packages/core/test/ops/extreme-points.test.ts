import * as core from '@cad/core'
import { describe, expect, it } from 'vitest'
import reference from '../fixtures/extreme-points.json' with { type: 'json' }

type Elementwise = (z: core.Tensor) => core.Tensor
type Numbers = readonly number[]

const functions = core as unknown as Record<string, Elementwise>
const one = { re: 1, im: 0 }

/** The rows of a fixture as numbers: "-0", "Infinity" and "NaN" are strings there. */
const rowsOf = (rows: readonly (readonly (number | string)[])[]): number[][] => rows.map((row) => row.map(Number))

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

/** Functions with cuts, and the points on either side of one. */
const cuts: Record<string, Numbers[]> = {
  log: [[-2, 0]],
  sqrt: [[-2, 0]],
  log1p: [[-2, 0]],
  asin: [
    [2, 0],
    [-2, 0],
  ],
  acos: [
    [2, 0],
    [-2, 0],
  ],
  acosh: [
    [-2, 0],
    [0.5, 0],
  ],
  atanh: [
    [2, 0],
    [-2, 0],
  ],
  atan: [
    [0, 2],
    [0, -2],
  ],
  asinh: [
    [0, 2],
    [0, -2],
  ],
}

const exponential = ['exp', 'expm1', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'sinc']

/** Whether squares and exponentials of the parts are ordinary numbers: compiled code does not guard against anything else. */
const staysFinite = (name: string, re: number, im: number): boolean =>
  [re, im].every((x) => x === 0 || (Math.abs(x) > 1e-150 && Math.abs(x) < (exponential.includes(name) ? 300 : 1e150)))

describe.each(Object.entries(reference.finite))(
  '%s, tiny, huge, beside branch points and on both sides of cuts',
  (name, found) => {
    const f = functions[name]
    const rows = rowsOf(found)

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

    it('gives the same numbers compiled, where no value on the way overflows or underflows', () => {
      const value = core.jit(f)
      const tangent = core.jit((z: core.Tensor) => core.jvp(f)(z, one).tangent)
      const cotangent = core.jit((z: core.Tensor) => core.vjp(f)(z).pullback(one))
      const ordinary = rows.filter(([re, im]) => staysFinite(name, re, im))
      expect(ordinary.length).toBeGreaterThan(5)
      for (const [re, im] of ordinary) {
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
  it.each(Object.entries(cuts))('of %s has two sides, and the sign of zero says which is meant', (name, points) => {
    const f = functions[name]
    const flip = (x: number): number => (x === 0 ? -0 : x)
    for (const [re, im] of points) {
      const here = f(core.toTensor({ re, im })).data
      const there = f(core.toTensor({ re: flip(re), im: flip(im) })).data
      expect(Math.hypot(here[0] - there[0], here[1] - there[1])).toBeGreaterThan(1)
    }
  })
})

describe.each(Object.entries(reference.infinite))('%s at infinite points', (name, found) => {
  it('has the values of C99, or NaN where it has no phase', () => {
    const isTurned = /^(sin|cos|tan)$/.test(name)
    const isPeriodic = isTurned || /^(exp|sinh|cosh|tanh)$/.test(name)
    const wrong = rowsOf(found).filter(([re, im, ...expected]) => {
      const value = [...functions[name](core.toTensor({ re, im })).data]
      if (isPeriodic && Math.abs(isTurned ? re : im) === Infinity) return !value.every(Number.isNaN)
      return !value.every((x, i) => x === expected[i] || Math.abs(x - expected[i]) < 1e-15) // π/4 … π: 1 ulp
    })
    expect(wrong).toEqual([])
  })
})

const { acos, acosh, asin, asinh, atan, atanh, expm1, log1p, sinc } = core

describe('at a branch point or pole', () => {
  it.each<[string, Elementwise, core.Complex, Numbers]>([
    ['asin 1', asin, { re: 1, im: 0 }, [Math.PI / 2, 0]],
    ['acos −1', acos, { re: -1, im: 0 }, [Math.PI, 0]],
    ['acosh 1', acosh, { re: 1, im: 0 }, [0, 0]],
    ['asinh i', asinh, { re: 0, im: 1 }, [0, Math.PI / 2]],
    ['atan i', atan, { re: 0, im: 1 }, [0, Infinity]],
    ['atan −i', atan, { re: 0, im: -1 }, [0, -Infinity]],
    ['atanh 1', atanh, { re: 1, im: 0 }, [Infinity, 0]],
    ['atanh −1', atanh, { re: -1, im: 0 }, [-Infinity, 0]],
    ['log 0', core.log, { re: 0, im: 0 }, [-Infinity, 0]],
    ['log1p(−1)', log1p, { re: -1, im: 0 }, [-Infinity, 0]],
    ['sqrt 0', core.sqrt, { re: 0, im: 0 }, [0, 0]],
    ['1/0', core.reciprocal, { re: 0, im: 0 }, [Infinity, 0]],
  ])(
    '%s has its limit as value and an infinite derivative without NaN, and a zero seed gives zero',
    (_, f, z, value) => {
      expect([...f(core.toTensor(z)).data].map((x) => x + 0)).toEqual(value)
      const infinite = (x: core.Tensor): boolean =>
        [...x.data].some((part) => Math.abs(part) === Infinity) && ![...x.data].some(Number.isNaN)
      for (const seed of [one, { re: 0, im: 1 }, { re: 2, im: -3 }]) {
        expect(infinite(core.jvp(f)(z, seed).tangent)).toBe(true)
        expect(infinite(core.vjp(f)(z).pullback(seed))).toBe(true)
      }
      expect([...core.jvp(f)(z, 0).tangent.data].every((x) => x === 0)).toBe(true)
      expect([...core.vjp(f)(z).pullback(0).data].every((x) => x === 0)).toBe(true)
    },
  )
})

describe('real tensors', () => {
  const points = [-0.75, -1e-9, 0, 1e-300, 0.3, 0.999]

  it.each(['asin', 'acos', 'atan', 'asinh', 'atanh', 'expm1', 'log1p'] as const)('%s is the real function', (name) => {
    const y = functions[name](core.tensor(points))
    expect(y.dtype).toBe('float64')
    expect([...y.data]).toEqual(points.map(Math[name]))
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
