import { kernelMemory } from '@cad/kernels'

/** A function of a module, or one that it imports; what has no result gives undefined. */
export type WasmFunction = (...args: number[]) => number

/**
 * Builds a module in the memory that it shares with the kernels, and gives its functions by their names.
 *
 * @param host functions that the module imports; those that are not there are `Math`'s.
 */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  host: Readonly<Record<string, () => void>> = {},
): Readonly<Record<string, WasmFunction>> {
  const module = new WebAssembly.Module(bytes)
  const env: WebAssembly.ModuleImports = { memory: kernelMemory.shared() }
  for (const { name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === 'function') env[name] = host[name] ?? Math[name as 'sin']
  }
  return new WebAssembly.Instance(module, { env }).exports as Readonly<Record<string, WasmFunction>>
}
