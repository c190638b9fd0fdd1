import { kernelsBase64 } from './generated/kernels-wasm.ts'
import { kernelMemory } from './memory.ts'

/** The functions of the WebAssembly module; addresses in bytes into `kernelMemory`, row lengths in complex elements. */
export interface WasmKernels {
  /** C = A B; see `gemm.as.ts`. */
  gemm(m: number, n: number, k: number, A: number, lda: number, B: number, ldb: number, C: number, ldc: number): void
}

let loaded: { readonly kernels: WasmKernels | undefined } | undefined

/**
 * The compiled kernels, loaded synchronously by the first call; undefined where WebAssembly, its SIMD instructions or the
 * memory for it are missing. Then JavaScript computes.
 */
export function wasmKernels(): WasmKernels | undefined {
  loaded ??= { kernels: load() }
  return loaded.kernels
}

function load(): WasmKernels | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  const bytes = Uint8Array.from(atob(kernelsBase64), (character) => character.charCodeAt(0))
  if (!WebAssembly.validate(bytes)) return undefined
  try {
    const imports = { env: { memory: kernelMemory.shared() } }
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
    return exports as unknown as WasmKernels
  } catch (error) {
    // A page may forbid compilation (content security policy), the host may refuse the memory. All else is our mistake.
    if (error instanceof WebAssembly.CompileError || error instanceof RangeError) return undefined
    throw error
  }
}
