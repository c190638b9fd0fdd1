import { afterEach, describe, expect, it, vi } from 'vitest'
import { kernelsHeapBase } from '../src/generated/kernels-wasm.ts'
import { arena } from '../src/arena.ts'
import { wasmKernels } from '../src/wasm.ts'
import { maxDifference, product, randomMatrix, rounding, zeros } from './matrices.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** The package as it is when loaded for the first time under the present globals. */
async function freshly() {
  vi.resetModules()
  const { wasmKernels } = await import('../src/wasm.ts')
  const { gemm } = await import('../src/gemm.ts')
  return { kernels: wasmKernels(), gemm }
}

describe('wasmKernels', () => {
  it('is loaded here, once', () => {
    expect(wasmKernels()).toBeDefined()
    expect(wasmKernels()).toBe(wasmKernels())
  })

  it('has its static memory below the arena', () => {
    expect(kernelsHeapBase).toBeGreaterThan(0)
    expect(arena.mark()).toBeGreaterThanOrEqual(kernelsHeapBase)
  })

  it.each([
    ['without WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
    ['without SIMD', () => vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)],
    [
      'where compilation is forbidden',
      () =>
        vi.spyOn(WebAssembly, 'Module').mockImplementation(function () {
          throw new WebAssembly.CompileError('blocked by the content security policy')
        }),
    ],
    [
      'where the memory is refused',
      () =>
        vi.spyOn(WebAssembly, 'Memory').mockImplementation(function () {
          throw new RangeError('could not allocate memory')
        }),
    ],
  ])('is undefined %s, and gemm computes in JavaScript', async (_, prepare) => {
    prepare()
    const { kernels, gemm } = await freshly()
    expect(kernels).toBeUndefined()
    const [A, B, C] = [randomMatrix(9, 9, 1), randomMatrix(9, 9, 2), zeros(9, 9)]
    gemm(9, 9, 9, A, B, C)
    expect(maxDifference(C, product([9, 9, 9], A, B))).toBeLessThanOrEqual(rounding(9, 1))
  })
})
