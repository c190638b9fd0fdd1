import { randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { checkRule } from '../../src/check/check-rule.ts'
import { seededNormal } from '../../src/check/values.ts'
import { DtypeError, RuleError } from '../../src/errors.ts'
import { abs2, sign } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import type { Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

describe('checkRule', () => {
  const z = randomComplex([3], 1)

  it('reports the largest defects found, the same for the same seed', () => {
    const first = checkRule((x) => mul(exp(x), sign(x)), [z], { seed: 5 })
    expect(first).toEqual(checkRule((x) => mul(exp(x), sign(x)), [z], { seed: 5 }))
    expect(first).not.toEqual(checkRule((x) => mul(exp(x), sign(x)), [z], { seed: 6 }))
    expect(first.identity).toBeLessThan(1e-13)
    expect(first.difference).toBeLessThan(1e-9)
  })

  it('takes functions with several results, numbers as arguments, and any order up to 2', () => {
    checkRule((x, y) => [mul(x, y), abs2(x)], [z, 2])
    expect(checkRule((x) => exp(x), [1], { order: 1 }).identity).toBeLessThan(1e-15)
  })

  it('names the check, the defect and the tolerance where a tolerance is not met', () => {
    const error = errorOf(() => checkRule((x) => exp(x), [z], { differenceTolerance: 1e-17 }))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(
      /^checkRule: jvp against five-point differences fails: relative defect \d\.\d\de-\d+, expected at most 1e-17\.$/,
    )
  })

  it('refuses what is no tensor', () => {
    expect(errorOf(() => checkRule(() => 'abc' as unknown as Tensor, [z]))).toBeInstanceOf(DtypeError)
    expect(errorOf(() => checkRule((x) => x, ['abc' as never])).message).toMatch(/^checkRule: expected a Tensor/)
  })
})

describe('seededNormal', () => {
  it('has mean 0 and variance 1, and depends on its seed alone', () => {
    const next = seededNormal(3)
    const numbers = Array.from({ length: 20_000 }, next)
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
    const variance = numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length
    // Standard errors 0.007 and 0.01; the seed is fixed
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(variance - 1)).toBeLessThan(0.04)
    expect(seededNormal(3)()).toBe(numbers[0])
    expect(seededNormal(4)()).not.toBe(numbers[0])
  })
})
