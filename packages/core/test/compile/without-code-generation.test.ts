import { maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it, vi } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { canGenerateCode } from '../../src/scalar/can-generate.ts'
import { compileGraph } from '../../src/compile/program.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { abs2 } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { sum } from '../../src/ops/reduction.ts'
import { toTensor, type Tensor } from '../../src/tensor.ts'
import { graphOf } from '../../src/trace.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { points } from '../cases/index.ts'
import { elementwiseCases } from '../cases/references.ts'

vi.mock('../../src/scalar/can-generate.ts', () => ({ canGenerateCode: () => false }))
vi.mock('../../src/compile/wasm/can-run-wasm.ts', () => ({ canRunWasm: () => false }))

describe('without generated code', () => {
  it('no function is made from text', () => {
    expect(canGenerateCode()).toBe(false)
    const original = globalThis.Function
    const forbidden = vi.fn<() => never>(() => {
      throw new EvalError('Code generation from strings disallowed for this context')
    })
    globalThis.Function = forbidden
    try {
      const f = jit((x: Tensor) => sum(abs2(exp(x))))
      expect(grad(f)(randomComplex([3], 1)).shape).toEqual([3])
      expect(jit(grad(f))(randomReal([3], 1)).shape).toEqual([3])
    } finally {
      globalThis.Function = original
    }
    expect(forbidden).not.toHaveBeenCalled()
  })

  it('a program says why it is interpreted', () => {
    const program = compileGraph(
      graphOf(([x]) => [mul(x, x)], [toTensor(1)]),
      {
        parameters: ['x', 'y'],
        inputs: [{ parameter: 'x' }],
        outputs: [{ parameter: 'y' }],
      },
    )
    expect([program.target, program.reason]).toEqual(['interpreter', 'this environment forbids generated code'])
    const y = new Float64Array(1)
    program.run(Float64Array.of(3), y)
    expect(y[0]).toBe(9)
  })

  it.each(elementwiseCases)('$name has the values of the reference', ({ f, points }) => {
    // As in ops/elementwise.test.ts
    for (const { z, value } of points) expect(relativeDifference(f(z), value)).toBeLessThan(2e-14)
  })

  it.each(points)(
    'a compiled operation has the value and derivatives of the eager one: $name',
    ({ f: eager, args }) => {
      const compiled = jit(eager)
      const value = eager(args)
      // Both run the same interpreted kernels
      expect(maxDifference(compiled(args), value)).toBe(0)
      const seed = value.map(({ dtype, shape }) => (dtype === 'complex128' ? randomComplex : randomReal)(shape, 1))
      expect(relativeDifference(vjp(compiled)(args).pullback(seed), vjp(eager)(args).pullback(seed))).toBeLessThan(
        1e-13,
      )
      expect(relativeDifference(jvp(compiled)(args, args).tangent, jvp(eager)(args, args).tangent)).toBeLessThan(1e-13)
    },
  )
})
