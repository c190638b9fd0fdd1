import { abs2, add, customRule, exp, mul, real, stopGradient, sum, tensor, type Tensor } from '@cad/core'
import { checksOf, needlessExceptions, pointsOf, randomComplex, type FunctionCase } from '@cad/testing'
import { describe, expect, it } from 'vitest'

const args = [randomComplex([2], 1)]
const point = (f: FunctionCase['f'], about: Partial<FunctionCase> = {}) =>
  pointsOf([{ name: 'f', f, variants: { '': args }, ...about }])

/** The names of the checks that a function fails. */
const failuresOf = (f: FunctionCase['f'], about: Partial<FunctionCase> = {}): string[] =>
  checksOf(point(f, about)).flatMap(({ name, points, run }) => {
    try {
      points.forEach(run)
      return []
    } catch {
      return [name]
    }
  })

const passed = (z: Tensor): Tensor => mul(exp(z), abs2(z))

describe('the checks of a function', () => {
  it('pass a right one', () => {
    expect(failuresOf(passed, { same: (z) => mul(abs2(z), exp(z)) })).toEqual([])
  })

  it('find a rule that is wrong, by checkRule and by differences', () => {
    const halved = customRule((z: Tensor) => mul(2, z), { jvp: (_, [u]) => u, vjp: (_, __, w) => [w] })
    expect(failuresOf(halved)).toEqual(['rule', 'Jacobian'])
  })

  it('find a jvp that does not vanish with its tangent', () => {
    const shifted = customRule((z: Tensor) => mul(2, z), {
      jvp: (_, [u]) => add(mul(2, u), 1),
      vjp: (_, __, w) => [mul(2, w)],
    })
    expect(failuresOf(shifted)).toContain('zero seeds')
  })

  it('find a function that looks at values, which neither jit nor vmap can give', () => {
    const looking = (z: Tensor): Tensor => (Number(real(sum(z)).item()) > 0 ? z : mul(2, z))
    expect(new Set(failuresOf(looking))).toEqual(new Set(['compiled', 'vmap']))
  })

  it('find a function that is not what its case says', () => {
    expect(failuresOf(passed, { same: (z) => exp(z) })).toEqual(['same'])
  })

  it('leave out what a case is exempt from, and what says nothing', () => {
    const names = (about: Partial<FunctionCase>): string[] =>
      checksOf(point((z) => real(z), about)).map(({ name }) => name)
    expect(names({})).not.toContain('real seeds') // the value is real
    expect(names({ except: { vmap: 'for this test' } })).not.toContain('vmap')
  })

  it('report an exception that is not needed', () => {
    const except = { rule: 'for this test' }
    expect(needlessExceptions(point(exp, { except }))).toEqual(["f passes 'rule'"])
    expect(needlessExceptions(point((z) => stopGradient(z), { except }))).toEqual([])
  })

  it('use the bounds of a case, which go before those of every case', () => {
    const rounded = (z: Tensor): Tensor => add(z, tensor([1e-10, 0]))
    const same = (z: Tensor): Tensor => z
    expect(failuresOf(rounded, { same })).toEqual(['same'])
    expect(failuresOf(rounded, { same, bounds: { because: 'for this test', compiled: 1e-9 } })).toEqual([])
  })
})
