import { kernelMemory } from './memory.ts'
import { wasmKernels } from './wasm.ts'
import { withScratch } from './with-scratch.ts'

/**
 * C = A B in WebAssembly, the operands copied through the arena; shapes as in `gemm`, with m, n, k ≥ 1.
 *
 * @returns false, with C untouched, if there is no WebAssembly or no room for the operands.
 */
export function gemmWasm(m: number, n: number, k: number, A: Float64Array, B: Float64Array, C: Float64Array): boolean {
  const kernels = wasmKernels()
  if (kernels === undefined) return false
  // C comes last, so that the kernel may read a little past B.
  const done = withScratch([2 * m * k, 2 * k * n, 2 * m * n], ([addressA, addressB, addressC]) => {
    const view = kernelMemory.float64()
    view.set(A, addressA / 8)
    view.set(B, addressB / 8)
    kernels.gemm(m, n, k, addressA, k, addressB, n, addressC, n)
    C.set(view.subarray(addressC / 8, addressC / 8 + 2 * m * n))
    return true
  })
  return done ?? false
}
