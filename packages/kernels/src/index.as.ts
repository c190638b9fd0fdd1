// Table of contents of the WebAssembly module. AssemblyScript, not TypeScript.
export { gemm } from './gemm.as'

/** First address past the static memory of this module, in bytes. */
export function heapBase(): usize {
  return __heap_base
}
