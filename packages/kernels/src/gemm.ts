import { gemmJs } from './gemm-js.ts'
import { gemmWasm } from './gemm-wasm.ts'

/** Multiplications below which copying in and out of the WebAssembly memory costs more than it gains (3 × 3 × 3). */
const WASM_WORK = 27

/**
 * Complex matrix product C = A B.
 *
 * @param A shape [m, k], and B shape [k, n]; complex, row-major, exactly so long.
 * @param C shape [m, n], overwritten; may not overlap A or B.
 */
export function gemm(m: number, n: number, k: number, A: Float64Array, B: Float64Array, C: Float64Array): void {
  if (m * n * k < WASM_WORK || !gemmWasm(m, n, k, A, B, C)) gemmJs(m, n, k, A, B, C)
}
