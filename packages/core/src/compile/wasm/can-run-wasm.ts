import { MathImports } from './emit-wasm.ts'
import { instantiate } from './target-wasm.ts'
import { encodeModule } from './wasm-module.ts'
import { FunctionBuilder, v128 } from './wasm-writer.ts'

let wasmAllowed: boolean | undefined

/** Whether this environment compiles WebAssembly with vectors (a content security policy may forbid it). Asked once. */
export function canRunWasm(): boolean {
  if (wasmAllowed === undefined) {
    try {
      const code = new FunctionBuilder([])
      code.vectorConstant(0, 0).set(code.local(v128))
      instantiate(encodeModule([], code), new MathImports())()
      wasmAllowed = true
    } catch {
      wasmAllowed = false
    }
  }
  return wasmAllowed
}
