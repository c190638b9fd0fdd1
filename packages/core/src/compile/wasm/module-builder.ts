import { encodeModule, type ImportedFunction, type NamedFunction } from './wasm-module.ts'
import { FunctionBuilder, type ValueType } from './wasm-writer.ts'

/** The functions that a module imports, each once, whoever asks for it. */
export class Imports {
  readonly #functions = new Map<string, ImportedFunction>()

  /** The import `env.name`; asked for again, it is the same one. */
  function(name: string, parameters: readonly ValueType[], results: readonly ValueType[] = []): ImportedFunction {
    let known = this.#functions.get(name)
    if (known === undefined) this.#functions.set(name, (known = { name, parameters, results }))
    return known
  }

  get functions(): readonly ImportedFunction[] {
    return [...this.#functions.values()]
  }
}

/**
 * A module while it is written. Its functions may call each other and imported ones before these have a body: what a call is, the
 * module knows when it is encoded.
 */
export class ModuleBuilder {
  readonly imports: Imports = new Imports()
  readonly #functions: NamedFunction[] = []

  /** A new function, exported as `name`; its parameters are its first locals, 0, 1, … */
  function(name: string, parameters: readonly ValueType[], results: readonly ValueType[] = []): FunctionBuilder {
    const code = new FunctionBuilder(parameters, results)
    this.#functions.push({ name, code })
    return code
  }

  encode(): Uint8Array<ArrayBuffer> {
    return encodeModule(this.imports.functions, this.#functions)
  }
}
