import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyPoleProgram, comparisons } from './random-poles.ts'

// Random programs of functions with poles outside of functions with zeros: value, tangent and cotangents, where they are finite, are
// the same eager and compiled. 1 000 programs more in the slow tests.

const count = 300

describe.each(Object.entries(comparisons))('a random program with poles, %s', (_, compare) => {
  it('gives compiled what it gives eagerly, wherever that is finite', () => {
    const compared = fc.sample(anyPoleProgram, { seed: 1, numRuns: count }).map(compare)
    expect(compared.flatMap(({ wrong }) => wrong)).toEqual([])
    expect(compared.filter(({ isFinite }) => isFinite).length).toBeGreaterThan(count / 3)
  })
})
