import { jvp, tensor, vjp, type Tensor } from '@cad/core'
import * as kernels from '@cad/kernels'
import * as linalg from '@cad/linalg'
import { checksOf, expectEveryExport, needlessExceptions, type Point } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { callsOf, routineNames } from './counting-backend.ts'
import { cases, excluded, points } from './cases.ts'

describe('the table of cases', () => {
  it('has one for every export', () => {
    expectEveryExport(linalg, cases, excluded)
  })

  it('makes no exception that is not needed', () => {
    expect(needlessExceptions(points)).toEqual([])
  })
})

for (const check of checksOf(points)) {
  describe(`a function ${check.title}`, () => {
    it.each(check.points)('$name', (point) => check.run(point))
  })
}

describe('the kernels', () => {
  /** The operations of core call it; their cases are not run here. */
  const ofCore = new Set(['fft'])
  /** What chooses a routine or lends memory is none itself. */
  const noRoutine = new Set(['routinesFor', 'withScratch'])

  /** Tensors of which nothing is known, so that nothing is taken from an earlier factorization. */
  const fresh = ({ args }: Point): Tensor[] =>
    args.map(({ data, shape, dtype }) => tensor(data.slice(), { shape, dtype: dtype as 'float64' }))

  it('are all used, by some case', () => {
    const calls = callsOf(() => {
      for (const point of points) {
        const args = fresh(point)
        const { value, pullback } = vjp(point.f)(args)
        pullback(jvp(point.f)(args, args).tangent)
        expect(value.length).toBeGreaterThan(0)
      }
    })
    expect(routineNames.filter((name) => !calls.has(name) && !ofCore.has(name))).toEqual([])
  })

  it('are routines of the backend, so that another one can replace them', () => {
    const routines = Object.entries(kernels).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) && !/[bB]ackend|[kK]ernels/.test(name) ? [name] : [],
    )
    expect(routines.filter((name) => !noRoutine.has(name) && !routineNames.includes(name))).toEqual([])
  })
})
