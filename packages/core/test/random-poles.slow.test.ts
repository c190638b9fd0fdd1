import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyPoleProgram, comparisons } from './random-poles.ts'

describe.each(Object.entries(comparisons))('1 000 random programs with poles, %s', (_, compare) => {
  it.each([2, 3, 4, 5])('give compiled what they give eagerly, wherever that is finite (seed %i)', (seed) => {
    const programs = fc.sample(anyPoleProgram, { seed, numRuns: 250 })
    expect(programs.flatMap((program) => compare(program).wrong)).toEqual([])
  })
})
