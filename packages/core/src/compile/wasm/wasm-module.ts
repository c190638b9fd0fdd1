import { ByteWriter } from './byte-writer.ts'
import type { FunctionBuilder, ValueType } from './wasm-writer.ts'

/** A function that a module imports from the host or from another module. */
export interface ImportedFunction {
  readonly name: string
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

/**
 * A module with one exported function `run` without results, which lives in an imported memory (`env.memory`). Imported
 * functions (`env`) have the indices 0, 1, … in the order given.
 */
export function encodeModule(imports: readonly ImportedFunction[], run: FunctionBuilder): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte)
  const section = (id: number, count: number, write: (body: ByteWriter) => void): void => {
    const body = new ByteWriter()
    body.unsigned(count)
    write(body)
    out.byte(id)
    out.unsigned(body.length)
    out.append(body)
  }
  const types = [...imports, { parameters: run.parameters, results: [] }]
  section(1, types.length, (body) => {
    for (const { parameters, results } of types) {
      body.byte(0x60)
      for (const list of [parameters, results]) {
        body.unsigned(list.length)
        for (const type of list) body.byte(type)
      }
    }
  })
  section(2, imports.length + 1, (body) => {
    imports.forEach(({ name }, index) => {
      body.text('env')
      body.text(name)
      body.byte(0)
      body.unsigned(index)
    })
    body.text('env')
    body.text('memory')
    for (const byte of [2, 0, 1]) body.byte(byte)
  })
  section(3, 1, (body) => body.unsigned(imports.length))
  section(7, 1, (body) => {
    body.text('run')
    body.byte(0)
    body.unsigned(imports.length)
  })
  section(10, 1, (body) => body.append(run.encode()))
  return out.bytes()
}
