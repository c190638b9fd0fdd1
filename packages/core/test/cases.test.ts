import * as core from '@cad/core'
import { add, jit, mul, tensor, toTensor, type Tensor } from '@cad/core'
import { graphOf } from '@cad/core/compiler'
import { checksOf, expectEveryExport, maxDifference, needlessExceptions, pointsOf } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { creation } from './cases/creation.ts'
import { cases, excluded, functionCases, points } from './cases/index.ts'

describe('the table of cases', () => {
  it('has one for every export', () => {
    expectEveryExport(core, cases, excluded)
  })

  it('makes no exception that is not needed', () => {
    expect(needlessExceptions(points)).toEqual([])
  })

  it('has sections of every operation on single numbers, for its special points', () => {
    const isElementwise = (found: (typeof functionCases)[number]): boolean => {
      const [{ f, args }] = pointsOf([found])
      const { nodes } = graphOf((xs) => f(xs), args)
      return nodes.length > 0 && nodes.every(({ primitive: { formula } }) => formula !== undefined)
    }
    const operations = functionCases.filter(({ kind }) => kind === undefined)
    const without = operations.filter((found) => found.sections === undefined && isElementwise(found))
    expect(without.map(({ name }) => name)).toEqual([])
  })
})

for (const check of checksOf(points)) {
  describe(`a function ${check.title}`, () => {
    it.each(check.points)('$name', (point) => check.run(point))
  })
}

describe.each(creation)('$name', ({ create, value }) => {
  const expected = tensor(value)

  it('has the value that its case says', () => {
    expect([create().shape, create().dtype]).toEqual([expected.shape, expected.dtype])
    expect(maxDifference(create(), expected)).toBe(0)
  })

  it.each([undefined, 'js', 'wasm', 'interpreter'] as const)('is a constant in compiled code, target %s', (target) => {
    const compiled = jit((x: Tensor) => add(create(), mul(0, x)), target === undefined ? {} : { target })
    expect(maxDifference(compiled(toTensor(1)), expected)).toBe(0)
  })
})
