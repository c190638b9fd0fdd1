import { maxAbs, maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it, vi } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { points } from '../cases/index.ts'

vi.mock('../../src/scalar/can-generate.ts', () => ({ canGenerateCode: () => false }))

describe('where eval is forbidden and WebAssembly is not', () => {
  it.each(points)(
    'a compiled operation has the value and derivatives of the eager one: $name',
    ({ f: eager, args }) => {
      const make = vi.spyOn(globalThis, 'Function')
      const compiled = jit(eager)
      const value = eager(args)
      // The same formulas; products by constants may be folded in another order.
      expect(maxDifference(compiled(args), value)).toBeLessThanOrEqual(1e-14 * (1 + maxAbs(value)))
      const seed = value.map(({ dtype, shape }) => (dtype === 'complex128' ? randomComplex : randomReal)(shape, 1))
      expect(relativeDifference(vjp(compiled)(args).pullback(seed), vjp(eager)(args).pullback(seed))).toBeLessThan(
        1e-13,
      )
      expect(relativeDifference(jvp(compiled)(args, args).tangent, jvp(eager)(args, args).tangent)).toBeLessThan(1e-13)
      expect(make).not.toHaveBeenCalled()
      make.mockRestore()
    },
  )
})
