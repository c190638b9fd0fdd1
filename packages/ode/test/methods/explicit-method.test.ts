import { ArgumentError, grad, jit, neg, sum, tensor, type Tensor } from '@cad/core'
import { compilationCount } from '@cad/core/compiler'
import { dopri5, explicitMethod, solveIvp, tsit5, type ButcherTableau, type Method } from '@cad/ode'
import { describe, expect, it } from 'vitest'
import { schemeOf } from '../cases/solver-case.ts'

/** As every textbook has it. */
const heun: ButcherTableau = { name: 'heun', order: 2, c: [0, 1], a: [[], [1]], b: [0.5, 0.5] }

/** Bogacki and Shampine 3(2), whose fourth stage is the first of the next step; with it written out, and without. */
const printed: ButcherTableau = {
  name: 'bogacki–shampine',
  order: 3,
  errorOrder: 2,
  c: [0, 1 / 2, 3 / 4],
  a: [[], [1 / 2], [0, 3 / 4]],
  b: [2 / 9, 1 / 3, 4 / 9],
  e: [2 / 9 - 7 / 24, 1 / 3 - 1 / 4, 4 / 9 - 1 / 3, -1 / 8],
}
const written: ButcherTableau = {
  ...printed,
  c: [...printed.c, 1],
  a: [...printed.a, printed.b],
  b: [...printed.b, 0],
}

/** y' = −y over [0, 1] in steps of 0.01. */
const decay = (method: Method): number =>
  solveIvp((_t, y) => neg(y), [0, 1], 1, { method, firstStep: 0.01, maxStep: 0.01, rtol: 1, atol: 1 }).ys.data[0]

const use = (tableau: unknown) => (): number => decay(explicitMethod(tableau as ButcherTableau))

describe('explicitMethod', () => {
  it('integrates by the tableau of a textbook, with cubic Hermite output', () => {
    const h = 0.01
    expect(decay(explicitMethod(heun))).toBeCloseTo((1 - h + (h * h) / 2) ** 100, 13) // 100 roundings
    const { ys, stats } = solveIvp((_t, y) => neg(y), [0, 1], 1, {
      method: explicitMethod(heun),
      firstStep: 0.1,
      saveAt: [0.05, 1],
    })
    expect(stats).toMatchObject({ accepted: 10, evaluations: 21 }) // two a step: the slope at y₁ is the next first one
    const y1 = 0.905 // 1 − h + h²/2, whose slope is −0.905
    expect(ys.data[0]).toBeCloseTo((1 + y1) / 2 + (0.1 / 8) * (-1 + y1), 14)
  })

  it('finds a stage that is the first of the next step, or adds it', () => {
    const [added, found] = [printed, written].map((tableau) => schemeOf(explicitMethod(tableau)))
    expect({ ...added }).toEqual({ ...found })
    expect(added.a.at(-1)).toEqual(printed.b)
    expect(decay(explicitMethod(printed))).toBe(decay(explicitMethod(written)))
  })

  it('is one object for equal content, whoever wrote it, and another for any other number or name', () => {
    const copy = structuredClone(heun)
    expect(explicitMethod(copy)).toBe(explicitMethod(heun))
    expect(explicitMethod({ ...heun, name: 'other' })).not.toBe(explicitMethod(heun))
    expect(explicitMethod({ ...heun, c: [0, 1 + Number.EPSILON] })).not.toBe(explicitMethod(heun))
    expect(explicitMethod({ ...heun, a: [[], [1, 0]] })).not.toBe(explicitMethod(heun))
  })

  it('is not changed by what is done to the tableau later', () => {
    const own = structuredClone(heun) as { b: number[] } & ButcherTableau
    const method = explicitMethod(own)
    own.b[0] = NaN
    expect(decay(method)).toBe(decay(explicitMethod(heun)))
  })

  it('may be made anew in each call of a jitted and differentiated function', () => {
    const loss = (p: Tensor): Tensor =>
      sum(solveIvp((_t, y) => neg(y), [0, 1], p, { method: explicitMethod(structuredClone(heun)), firstStep: 0.25 }).ys)
    const growth = (1 - 0.25 + 0.25 ** 2 / 2) ** 4
    const built = Array.from({ length: 4 }, () => {
      const before = compilationCount()
      expect(grad(jit((p: Tensor) => loss(p)))(tensor(2)).data[0]).toBeCloseTo(growth, 14)
      return compilationCount() - before
    })
    expect(built[0]).toBeGreaterThan(0)
    expect(built.slice(1)).toEqual([0, 0, 0])
  })
})

describe('a tableau that does not fit', () => {
  const rest = { name: 'own', order: 2 }
  const cases: readonly { what: string; tableau: unknown; says: readonly string[] }[] = [
    {
      what: 'an interpolant that ends elsewhere',
      tableau: { ...heun, dense: [[1], [0]] },
      says: [
        'heun has an interpolant that does not end at y₁',
        'row 0 of dense sums to 1, expected b0 = 0.5',
        'off by 5.00e-1',
      ],
    },
    {
      what: 'weights that do not sum to one',
      tableau: { ...heun, b: [0.5, 0.4] },
      says: ['is not of order 2 with the weights b: the condition • gives 0.9, expected 1, off by -1.00e-1'],
    },
    {
      what: 'a row that does not sum to c',
      tableau: { ...heun, c: [0, 0.5] },
      says: ['a sum of row 1 of a of 1, expected 0.5', 'off by 5.00e-1'],
    },
    {
      what: 'an order that it has not',
      tableau: { ...heun, order: 3 },
      says: ['is not of order 3', 'the condition [[•]] gives 0, expected 0.16666666666666666'],
    },
    {
      what: 'an error estimate that does not vanish for constants',
      tableau: { ...heun, e: [0.5, 0], errorOrder: 1 },
      says: ['a sum of e of 0.5, expected 0'],
    },
    {
      what: 'an error order that it has not',
      tableau: { ...heun, e: [-0.5, 0.5], errorOrder: 2 },
      says: ['is not of order 2 with the weights b − e'],
    },
    {
      what: 'an error estimate without an order',
      tableau: { ...heun, e: [-0.5, 0.5] },
      says: ['must have errorOrder, which belongs to e, as a whole number', 'got undefined'],
    },
    {
      what: 'an error order without an estimate',
      tableau: { ...heun, errorOrder: 1 },
      says: ['an errorOrder, 1, but no e'],
    },
    {
      what: 'one mistyped digit',
      tableau: { ...printed, a: [[], [1 / 2], [0, 0.7501]] },
      says: ['row 2 of a', '1.00e-4'],
    },
    {
      what: 'a stage that needs a later one',
      tableau: { ...heun, a: [[0.5], [0.5]] },
      says: ['is not explicit: stage 0 uses stage 0'],
    },
    { what: 'too few rows', tableau: { ...heun, a: [[]] }, says: ['must have 2 entries in a', 'got 1'] },
    {
      what: 'too many weights',
      tableau: { ...heun, b: [0.5, 0.25, 0.25] },
      says: ['must have 2 entries in b', 'got 3'],
    },
    {
      what: 'too many rows of dense',
      tableau: { ...heun, dense: [[1], [0], [0], [0]] },
      says: ['must have 2 or 3 entries in dense', 'got 4'],
    },
    { what: 'no stage', tableau: { ...rest, c: [], a: [], b: [] }, says: ['c must have one number for each stage'] },
    { what: 'NaN', tableau: { ...heun, b: [NaN, 1] }, says: ['finite numbers in b, got NaN at position 0'] },
    {
      what: 'text among the numbers',
      tableau: { ...heun, a: [[], ['1']] },
      says: ['finite numbers in row 1 of a', "the string '1'"],
    },
    { what: 'a number for a list', tableau: { ...heun, c: 1 }, says: ['must have c as a list of numbers, got 1'] },
    { what: 'numbers for rows', tableau: { ...heun, a: [0, 1] }, says: ['must have row 0 of a as a list of numbers'] },
    {
      what: 'nothing for a',
      tableau: { ...heun, a: undefined },
      says: ['must have a as a list of rows, got undefined'],
    },
    {
      what: 'half an order',
      tableau: { ...heun, order: 1.5 },
      says: ['must have order as a whole number from 1 on, got 1.5'],
    },
    { what: 'no name', tableau: { ...heun, name: undefined }, says: ['must have a name'] },
    { what: 'no tableau', tableau: undefined, says: ['expected a tableau { name, order, c, a, b, … }, got undefined'] },
    { what: 'a method', tableau: () => heun, says: ['expected a tableau', 'got a function'] },
  ]

  it.each(cases)('is refused before its first step: $what', ({ tableau, says }) => {
    expect(use(tableau)).toThrow(ArgumentError)
    for (const part of says) expect(use(tableau)).toThrow(part)
  })

  it('costs nothing where it is not used', () => {
    expect(explicitMethod({ ...heun, order: 3 }).order).toBe(3)
  })

  it('is refused as it is, without explicitMethod', () => {
    const solve = (): unknown => solveIvp((_t, y) => neg(y), [0, 1], 1, { method: heun as unknown as Method })
    expect(solve).toThrow(ArgumentError)
    expect(solve).toThrow('make one of a tableau by explicitMethod')
  })

  it('runs no text that stands for a number', () => {
    const { a, b, c } = schemeOf(tsit5)
    const spoiled = (numbers: readonly number[]) => numbers.map((x) => `(globalThis.PWNED=1,${x})`)
    for (const tableau of [
      { ...heun, c: spoiled(heun.c) },
      { name: 'tsit5', order: 5, a, b, c: spoiled(c) },
      { ...schemeOf(dopri5), a: schemeOf(dopri5).a.map(spoiled) },
    ])
      expect(use(tableau)).toThrow('finite numbers')
    expect('PWNED' in globalThis).toBe(false)
  })
})
