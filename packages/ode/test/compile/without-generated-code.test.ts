import { abs2, add, complex, conj, cos, grad, jvp, mul, sum, type Tensor } from '@cad/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { solveIvp, type Method } from '../../src/index.ts'
import { methods } from '../cases/index.ts'
import { numbers, relativeError } from '../problems.ts'

const allowed = vi.hoisted(() => ({ yes: true, wasm: true }))
vi.mock('../../../core/src/scalar/can-generate.ts', () => ({ canGenerateCode: () => allowed.yes }))
vi.mock('../../../core/src/compile/wasm/can-run-wasm.ts', () => ({ canRunWasm: () => allowed.wasm }))

/**
 * The factor makes no difference to rounding, but gives another graph, so that a field compiled before is not found again.
 */
const solve = (method: Method, terms: number) => (p: Tensor) => {
  const same = (z: Tensor): Tensor => Array.from({ length: terms }).reduce<Tensor>((x) => conj(conj(x)), z)
  return solveIvp(
    (t, z) => add(mul(mul(p, cos(t)), conj(z)), mul(-0.1, mul(abs2(z), same(z)))),
    [0, 2],
    complex(0.5, 1),
    {
      method,
      saveAt: [0.4, 2],
      ...(method.errorOrder === undefined ? { firstStep: 0.1 } : {}),
    },
  )
}

const point = complex(0.3, -0.8)
const run = (method: Method, terms: number) => {
  const f = (p: Tensor): Tensor => solve(method, terms)(p).ys
  return {
    target: solve(method, terms)(point).stats!.target,
    reason: solve(method, terms)(point).stats!.targetReason,
    ys: f(point),
    tangent: jvp(f)(point, complex(1, 1)).tangent,
    gradient: grad((p: Tensor) => sum(abs2(f(p))))(point),
  }
}

describe.each(methods)('where generated code is forbidden, $name', ({ method }) => {
  beforeAll(() => {
    allowed.yes = true
    allowed.wasm = true
  })
  afterAll(() => {
    allowed.yes = true
    allowed.wasm = true
  })

  it('gives the same values, tangents and gradients, and says why it interprets', () => {
    const generated = run(method, 0)
    allowed.wasm = false
    const inJs = run(method, 3)
    allowed.wasm = true
    allowed.yes = false
    const make = vi.spyOn(globalThis, 'Function')
    const inWasm = run(method, 1)
    allowed.wasm = false
    const interpreted = run(method, 2)
    expect(make).not.toHaveBeenCalled()
    make.mockRestore()
    expect([generated, inJs, inWasm].map(({ target }) => target)).toEqual(['wasm', 'js', 'wasm'])
    expect(interpreted).toMatchObject({ target: 'interpreter', reason: 'this environment forbids generated code' })
    // Adaptive steps differ by rounding of their error estimates, hence results by far less than their error.
    for (const name of ['ys', 'tangent', 'gradient'] as const) {
      for (const other of [inJs, inWasm, interpreted]) {
        expect(relativeError(other[name], numbers(generated[name]))).toBeLessThan(1e-10)
      }
    }
  })
})
