import { kernelMemory } from '@cad/kernels'
import { wasmMath } from './wasm-math.ts'

/** A function of a module, or one that it imports; what has no result gives undefined. */
export type WasmFunction = (...args: number[]) => number

/**
 * Builds a module in the memory that it shares with the kernels, and gives its functions by their names.
 *
 * @param host functions that the module imports; those that are not there are `Math`'s, sin and cos in their
 *   WebAssembly form: a call from module to module costs a fraction of one into the host.
 */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  host: Readonly<Record<string, () => void>> = {},
): Readonly<Record<string, WasmFunction>> {
  const module = new WebAssembly.Module(bytes)
  const env: WebAssembly.ModuleImports = { memory: kernelMemory.shared() }
  for (const { name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === 'function') env[name] = host[name] ?? mathFunction(name)
  }
  return new WebAssembly.Instance(module, { env }).exports as Readonly<Record<string, WasmFunction>>
}

const mathFunction = (name: string): WebAssembly.ImportValue =>
  name === 'sin' || name === 'cos' || name === 'sincos' ? wasmMath()[name] : Math[name as 'exp']
