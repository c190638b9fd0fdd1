import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRule, toTensor } from '@cad/core'
import { logisticTransform } from '@cad/fit'
import { transforms as transformCases } from './cases/index.ts'
import { slopeAt } from '../src/transform.ts'

const transforms = transformCases.flatMap(({ transforms: found }) => found)

describe.each(transforms)('the transform $name $range', (transform) => {
  const [lower, upper] = transform.range

  it('stays in its range and is undone by toInternal', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (u) => {
        const x = Number(transform.toExternal(toTensor(u)).item())
        expect(x).toBeGreaterThan(lower)
        expect(x).toBeLessThan(upper)
        expect(transform.toInternal(x)).toBeCloseTo(u, 9) // x − bound loses e⁸ ε
      }),
    )
  })

  it('has the slope of its derivative', () => {
    checkRule(transform.toExternal, [0.7])
    const h = 1e-5
    const at = (u: number): number => Number(transform.toExternal(toTensor(u)).item())
    expect(slopeAt(transform, 0.7)).toBeCloseTo((at(0.7 + h) - at(0.7 - h)) / (2 * h), 8) // h² and ε/h
  })
})

describe('the logistic transform', () => {
  it('keeps its digits next to a bound that is 0', () => {
    const { toExternal, toInternal } = logisticTransform(0, 1)
    expect(Number(toExternal(toTensor(toInternal(1e-12))).item()) / 1e-12).toBeCloseTo(1, 12)
  })
})
