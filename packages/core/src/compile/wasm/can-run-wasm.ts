import { instantiate } from './instantiate.ts'
import { ModuleBuilder } from './module-builder.ts'
import { v128 } from './wasm-writer.ts'

let wasmAllowed: boolean | undefined

/** Whether this environment compiles WebAssembly with vectors (a content security policy may forbid it). Asked once. */
export function canRunWasm(): boolean {
  if (wasmAllowed === undefined) {
    try {
      const module = new ModuleBuilder()
      const code = module.function('run', [])
      code.vectorConstant(0, 0).set(code.local(v128))
      instantiate(module.encode()).run()
      wasmAllowed = true
    } catch {
      wasmAllowed = false
    }
  }
  return wasmAllowed
}
