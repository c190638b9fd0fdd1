import { afterEach, describe, expect, it, vi } from 'vitest'
import { arena } from '../src/arena.ts'
import { gemmJs } from '../src/gemm-js.ts'
import { gemmWasm } from '../src/gemm-wasm.ts'
import { gemm } from '../src/gemm.ts'
import { kernelMemory } from '../src/memory.ts'
import {
  imaginaryParts,
  maxDifference,
  product,
  randomMatrix,
  randomRealMatrix,
  rounding,
  sizes,
  zeros,
} from './matrices.ts'

// Odd and even, one row, one column, and across the borders of the packed blocks (48 rows, 256 deep, 512 columns).
const shapes: [m: number, n: number, k: number][] = [
  ...sizes.map((n): [number, number, number] => [n, n, n]),
  [0, 4, 4],
  [4, 0, 4],
  [4, 4, 0],
  [1, 1, 60],
  [1, 60, 1],
  [60, 1, 1],
  [60, 1, 60],
  [1, 60, 60],
  [7, 30, 2],
  [48, 48, 48],
  [49, 49, 49],
  [4, 90, 90],
  [5, 90, 90],
  [90, 301, 16],
  [90, 301, 17],
  [49, 515, 259],
]

afterEach(() => {
  vi.restoreAllMocks()
})

describe('gemm', () => {
  it.each(shapes)('is the product by definition, [%i, %i] summed over %i', (m, n, k) => {
    const A = randomMatrix(m, k, 1)
    const B = randomMatrix(k, n, 2)
    const C = zeros(m, n).fill(NaN) // whatever was there before
    gemm(m, n, k, A, B, C)
    expect(maxDifference(C, product([m, n, k], A, B))).toBeLessThanOrEqual(rounding(k, 1))
  })

  it.each(shapes)('gives the same in JavaScript and in WebAssembly, [%i, %i] summed over %i', (m, n, k) => {
    if (m * n * k === 0) return
    const A = randomMatrix(m, k, 3)
    const B = randomMatrix(k, n, 4)
    const [inJs, inWasm] = [zeros(m, n), zeros(m, n)]
    gemmJs(m, n, k, A, B, inJs)
    expect(gemmWasm(m, n, k, A, B, inWasm)).toBe(true)
    expect(maxDifference(inWasm, inJs)).toBeLessThanOrEqual(rounding(k, 1))
  })

  it.each(shapes)('keeps real data exactly real, [%i, %i] summed over %i', (m, n, k) => {
    const C = zeros(m, n)
    gemm(m, n, k, randomRealMatrix(m, k, 5), randomRealMatrix(k, n, 6), C)
    expect(imaginaryParts(C).every((im) => im === 0)).toBe(true)
  })

  it('reads nothing of what lies in the scratch space', () => {
    const mark = arena.mark()
    const address = arena.allocate(4096)
    kernelMemory.float64().fill(NaN, address / 8, address / 8 + 4096)
    arena.release(mark)
    for (const [m, n, k] of [
      [3, 3, 3],
      [5, 7, 9],
      [9, 1, 9],
    ]) {
      const C = zeros(m, n)
      gemm(m, n, k, randomMatrix(m, k, 1), randomMatrix(k, n, 2), C)
      expect(C.some(Number.isNaN)).toBe(false)
    }
  })

  it('leaves the arena as it found it', () => {
    const mark = arena.mark()
    gemm(8, 8, 8, randomMatrix(8, 8, 1), randomMatrix(8, 8, 2), zeros(8, 8))
    expect(arena.mark()).toBe(mark)
  })

  it('computes in JavaScript when the operands do not fit', () => {
    vi.spyOn(arena, 'tryAllocate').mockReturnValue(undefined)
    const [A, B, C] = [randomMatrix(8, 8, 1), randomMatrix(8, 8, 2), zeros(8, 8)]
    expect(gemmWasm(8, 8, 8, A, B, C)).toBe(false)
    gemm(8, 8, 8, A, B, C)
    expect(maxDifference(C, product([8, 8, 8], A, B))).toBeLessThanOrEqual(rounding(8, 1))
  })

  it('works while scratch space is in use, and leaves its contents alone', () => {
    const mark = arena.mark()
    const at = arena.allocate(8) / 8
    kernelMemory.float64().fill(7, at, at + 8)
    gemm(64, 64, 64, randomMatrix(64, 64, 1), randomMatrix(64, 64, 2), zeros(64, 64))
    expect([...kernelMemory.float64().subarray(at, at + 8)]).toEqual(Array(8).fill(7))
    arena.release(mark)
  })
})
