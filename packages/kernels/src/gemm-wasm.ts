import { arena } from './arena.ts'
import { kernelMemory } from './memory.ts'
import { wasmKernels } from './wasm.ts'

/**
 * C = A B in WebAssembly, the operands copied through the arena; shapes as in `gemm`, with m, n, k ≥ 1.
 *
 * @returns false, with C untouched, if there is no WebAssembly or no room for the operands.
 */
export function gemmWasm(m: number, n: number, k: number, A: Float64Array, B: Float64Array, C: Float64Array): boolean {
  const kernels = wasmKernels()
  if (kernels === undefined) return false
  // One block for all three, each padded to the next 64 bytes; C comes last, so that the kernel may read a little past B.
  const sizeA = padded(2 * m * k)
  const sizeB = padded(2 * k * n)
  const size = sizeA + sizeB + 2 * m * n
  if (!arena.fits(size)) return false

  const mark = arena.mark()
  try {
    const addressA = arena.allocate(size)
    const addressB = addressA + 8 * sizeA
    const addressC = addressB + 8 * sizeB
    const view = kernelMemory.float64()
    view.set(A, addressA / 8)
    view.set(B, addressB / 8)
    kernels.gemm(m, n, k, addressA, k, addressB, n, addressC, n)
    C.set(view.subarray(addressC / 8, addressC / 8 + 2 * m * n))
  } finally {
    arena.release(mark)
  }
  return true
}

function padded(doubles: number): number {
  return Math.ceil(doubles / 8) * 8
}
