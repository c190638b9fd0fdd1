import { afterEach, describe, expect, it, vi } from 'vitest'
import { kernelsHeapBase } from '../src/generated/kernels-wasm.ts'
import { arena } from '../src/arena.ts'
import { kernelMemory } from '../src/memory.ts'
import { wasmKernels } from '../src/wasm.ts'
import { elementOf, fromElements, maxDifference, product, randomMatrix, rounding, zeros } from './matrices.ts'

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

  it.each([
    [3, 3, 3],
    [5, 7, 9],
    [9, 1, 4],
    [51, 53, 49],
    [49, 515, 259],
  ])('multiplies blocks of larger matrices and writes nothing beside C, [%i, %i] summed over %i', (m, n, k) => {
    const [lda, ldb, ldc] = [k + 3, n + 2, n + 5]
    const [A, B] = [randomMatrix(m, lda, 1), randomMatrix(k, ldb, 2)]
    const mark = arena.mark()
    const [a, b, c] = [A.length, B.length, 2 * (m + 2) * ldc].map((length) => arena.allocate(length))
    const view = kernelMemory.float64()
    view.set(A, a / 8)
    view.set(B, b / 8)
    const around = view.subarray(c / 8, c / 8 + 2 * (m + 2) * ldc).fill(7)

    wasmKernels()?.gemm(m, n, k, a, lda, b, ldb, c + 16 * ldc, ldc) // one row above C, one below, five columns beside it

    const block = (rows: number, columns: number, stride: number, M: Float64Array) =>
      fromElements(rows, columns, (i, j) => elementOf(stride, M, i, j))
    const expected = new Float64Array(around.length).fill(7)
    const inside = product([m, n, k], block(m, k, lda, A), block(k, n, ldb, B))
    for (let i = 0; i < m; i++) expected.set(inside.subarray(2 * i * n, 2 * (i + 1) * n), 2 * (i + 1) * ldc)
    expect(maxDifference(around, expected)).toBeLessThanOrEqual(rounding(k, 1))
    arena.release(mark)
  })
})
