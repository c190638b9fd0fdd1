import { ByteWriter } from './byte-writer.ts'
import type { FunctionBuilder, Signature } from './wasm-writer.ts'

/** A function that a module imports from the host or from another module. */
export interface ImportedFunction extends Signature {
  readonly name: string
}

/** A function of a module, which exports it by its name. */
export interface NamedFunction {
  readonly name: string
  readonly code: FunctionBuilder
}

/**
 * A module that lives in an imported memory (`env.memory`) and exports all its functions. In the binary functions are numbers:
 * the imported ones (`env`) first, then its own, each in the order given.
 */
export function encodeModule(
  imports: readonly ImportedFunction[],
  functions: readonly NamedFunction[],
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter()
  for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte)
  const section = (id: number, count: number, write: (body: ByteWriter) => void): void => {
    const body = new ByteWriter()
    body.unsigned(count)
    write(body)
    out.byte(id)
    out.unsigned(body.length)
    out.append(body.bytes())
  }
  const signatures: readonly Signature[] = [...imports, ...functions.map(({ code }) => code)]
  section(1, signatures.length, (body) => signatures.forEach((signature) => writeType(body, signature)))
  section(2, imports.length + 1, (body) => writeImports(body, imports))
  section(3, functions.length, (body) => functions.forEach((_, i) => body.unsigned(imports.length + i)))
  section(7, functions.length, (body) => {
    functions.forEach(({ name }, i) => {
      body.text(name)
      body.byte(0)
      body.unsigned(imports.length + i)
    })
  })
  const indexOf = indexIn(signatures)
  section(10, functions.length, (body) => functions.forEach(({ code }) => body.append(code.encode(indexOf))))
  return out.bytes()
}

function writeType(body: ByteWriter, { parameters, results }: Signature): void {
  body.byte(0x60)
  for (const list of [parameters, results]) {
    body.unsigned(list.length)
    for (const type of list) body.byte(type)
  }
}

/** Functions, of which number i has type i, and the memory. */
function writeImports(body: ByteWriter, imports: readonly ImportedFunction[]): void {
  imports.forEach(({ name }, index) => {
    body.text('env')
    body.text(name)
    body.byte(0)
    body.unsigned(index)
  })
  body.text('env')
  body.text('memory')
  for (const byte of [2, 0, 1]) body.byte(byte)
}

function indexIn(signatures: readonly Signature[]): (callee: Signature) => number {
  const indices = new Map(signatures.map((signature, index) => [signature, index]))
  return (callee) => {
    const index = indices.get(callee)
    if (index === undefined)
      throw new Error('encodeModule: a function calls one that its module neither has nor imports')
    return index
  }
}
