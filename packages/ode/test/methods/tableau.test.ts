import { dopri5, rk4 } from '@cad/ode'
import { describe, expect, it } from 'vitest'
import { embedded, methods } from '../cases/index.ts'
import { schemeOf } from '../cases/solver-case.ts'
import { density, elementaryWeights, order, rootedTrees } from '../../src/methods/rooted-trees.ts'
import type { Scheme } from '../../src/methods/tableau.ts'
import { denseWeights } from '../traced-runge-kutta.ts'

/** Rounding of coefficients up to 50 in sums of seven: a few 50 ε. Printed coefficients of tsit5 have 15 to 18 digits. */
const ordinary = 2e-14

/** The same for larger coefficients, which sums of them lose as many digits to. */
const roundingOf = ({ dense }: Scheme): number => ordinary * Math.max(1, Math.max(...dense.flat().map(Math.abs)) / 50)
const fractions = [0.1, 0.25, 0.5, 0.77, 0.95, 1]

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const dot = (x: readonly number[], y: readonly number[]): number => sum(x.map((value, i) => value * y[i]))
const treesUpTo = (n: number) => Array.from({ length: n }, (_, i) => rootedTrees(i + 1)).flat()

/** The stages that these weights are for: those of the interpolant belong to its weights alone. */
const rowsFor = ({ a, extra }: Scheme, weights: readonly number[]): Scheme['a'] =>
  weights.length === a.length ? a : [...a, ...extra.a]

/** Largest defect of the conditions Σ w_i φ_i(τ) = x^|τ| / γ(τ) over the trees. */
function defect(scheme: Scheme, weights: readonly number[], trees: ReturnType<typeof rootedTrees>, x = 1) {
  return Math.max(
    ...trees.map((tree) =>
      Math.abs(dot(weights, elementaryWeights(rowsFor(scheme, weights), tree)) - x ** order(tree) / density(tree)),
    ),
  )
}

describe('rooted trees', () => {
  it('number 1, 1, 2, 4, 9, 20 and are as large as asked', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => rootedTrees(n).length)).toEqual([1, 1, 2, 4, 9, 20])
    expect(rootedTrees(5).every((tree) => order(tree) === 5)).toBe(true)
  })

  it('have the densities of Σ 1/(σ γ) order conditions: the tall tree n!, the bushy one n', () => {
    const densities = rootedTrees(4)
      .map(density)
      .sort((a, b) => a - b)
    expect(densities).toEqual([4, 8, 12, 24])
  })
})

describe.each(methods)('$name', ({ method, denseOrder }) => {
  const scheme = schemeOf(method)
  const { a, b, c, extra } = scheme
  const rounding = roundingOf(scheme)

  it('has rows that sum to c and reach only earlier stages', () => {
    const times = [...c, ...extra.c]
    for (const [i, row] of [...a, ...extra.a].entries()) {
      expect(row.length).toBeLessThanOrEqual(i)
      expect(Math.abs(sum(row) - times[i])).toBeLessThan(rounding)
    }
    expect([a.length, b.length, scheme.dense.length]).toEqual([c.length, c.length, times.length])
  })

  it('has b as its last row, so that the last stage is the next first one', () => {
    const last = a[a.length - 1]
    expect([...last, 0]).toEqual([...b])
    expect(c[c.length - 1]).toBe(1)
    expect(Math.abs(sum(b) - 1)).toBeLessThan(rounding)
  })

  it('meets all order conditions up to its order, and not all of the next', () => {
    expect(defect(scheme, b, treesUpTo(method.order))).toBeLessThan(rounding)
    // Otherwise its order is higher than it says: the largest defect is about 1e-3 at order 6, and 3e-5 at order 9.
    expect(defect(scheme, b, rootedTrees(method.order + 1))).toBeGreaterThan(1e-5)
  })

  it('interpolates: b_i(0) = 0 and b_i(1) = b_i', () => {
    expect(denseWeights(scheme, 0)).toEqual(scheme.dense.map(() => 0))
    denseWeights(scheme, 1).forEach((weight, i) => expect(Math.abs(weight - (b[i] ?? 0))).toBeLessThan(rounding))
  })

  it('has a slope that continues across steps: b_i′(0) = δ_i,first and b_i′(1) = δ_i,last', () => {
    scheme.dense.forEach((coefficients, i) => {
      expect(Math.abs(coefficients[0] - (i === 0 ? 1 : 0))).toBeLessThan(rounding)
      const slopeAtEnd = sum(coefficients.map((coefficient, k) => (k + 1) * coefficient))
      expect(Math.abs(slopeAtEnd - (i === c.length - 1 ? 1 : 0))).toBeLessThan(10 * rounding) // derivatives up to 500
    })
  })

  it.each(fractions)('has dense weights that meet the order conditions at x = %f', (x) => {
    expect(defect(scheme, denseWeights(scheme, x), treesUpTo(denseOrder), x)).toBeLessThan(rounding)
  })

  it('has dense weights of no higher order inside the step', () => {
    // Otherwise the order that the case states is not that of the interpolant.
    expect(defect(scheme, denseWeights(scheme, 0.4), rootedTrees(denseOrder + 1), 0.4)).toBeGreaterThan(1e-5)
  })
})

describe.each(embedded)('the error estimate of $name', ({ method }) => {
  const scheme = schemeOf(method)
  const { a, b } = scheme
  const e = scheme.e!
  const rounding = roundingOf(scheme)
  /** What it compares with, and the order that this has. */
  const compared: readonly (readonly [readonly number[], number])[] = [
    [e, scheme.errorOrder!],
    ...(scheme.eLow === undefined ? [] : [[scheme.eLow, scheme.lowErrorOrder!] as const]),
  ]

  it('sums to 0', () => {
    expect(e).toHaveLength(a.length)
    expect(Math.abs(sum(e))).toBeLessThan(rounding)
  })

  it('compares with a method of the stated order, and of no higher one', () => {
    for (const [weights, lowerOrder] of compared) {
      const lower = b.map((weight, i) => weight - weights[i])
      expect(defect(scheme, lower, treesUpTo(lowerOrder))).toBeLessThan(rounding)
      expect(defect(scheme, lower, rootedTrees(lowerOrder + 1))).toBeGreaterThan(1e-5)
    }
  })
})

describe('rk4', () => {
  it('has no error estimate', () => {
    expect([schemeOf(rk4).e, rk4.errorOrder]).toEqual([undefined, undefined])
  })
})

describe('dopri5', () => {
  it("has the interpolant of SciPy's RK45, whose matrix P holds these rationals", () => {
    const P = [
      [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
      [0, 0, 0, 0],
      [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
      [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
      [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
      [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
      [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
    ]
    P.forEach((row, i) =>
      row.forEach((value, k) => expect(Math.abs(schemeOf(dopri5).dense[i][k] - value)).toBeLessThan(ordinary)),
    )
  })
})
