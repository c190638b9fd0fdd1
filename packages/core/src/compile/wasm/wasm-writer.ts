import { ByteWriter } from './byte-writer.ts'

/** Value types of WebAssembly. */
export const f64 = 0x7c
export const i32 = 0x7f
export const v128 = 0x7b
export type ValueType = typeof f64 | typeof i32 | typeof v128

/** What a function takes and gives. A call names its callee by this object; `encodeModule` knows the index. */
export interface Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

/** Operations on doubles; SIMD forms have the prefix 0xfd. */
const scalarCodes = {
  add: 0xa0,
  sub: 0xa1,
  mul: 0xa2,
  div: 0xa3,
  neg: 0x9a,
  abs: 0x99,
  sqrt: 0x9f,
  floor: 0x9c,
  min: 0xa4,
  max: 0xa5,
  less: 0x63,
  equal: 0x61,
  notEqual: 0x62,
} as const
const laneCodes = {
  add: 0xf0,
  sub: 0xf1,
  mul: 0xf2,
  div: 0xf3,
  neg: 0xed,
  abs: 0xec,
  sqrt: 0xef,
  floor: 0x75,
  min: 0xf4,
  max: 0xf5,
  less: 0x49,
  equal: 0x47,
  notEqual: 0x48,
} as const
export type FloatOperation = keyof typeof scalarCodes

/** One function, instruction by instruction. Every method that writes one returns the builder. */
export class FunctionBuilder implements Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
  /** Calls whose index is still missing, with the place in the code where it belongs. */
  readonly #calls: { readonly at: number; readonly callee: Signature }[] = []
  readonly #locals: ValueType[] = []
  readonly #code = new ByteWriter()
  /** Instructions so far, and those of them that move lanes, of which a processor does one at a time. */
  instructions = 0
  laneMoves = 0

  constructor(parameters: readonly ValueType[], results: readonly ValueType[] = []) {
    this.parameters = parameters
    this.results = results
  }

  /** A new local variable. */
  local(type: ValueType): number {
    this.#locals.push(type)
    return this.parameters.length + this.#locals.length - 1
  }

  get(local: number): this {
    return this.#indexed(0x20, local)
  }

  set(local: number): this {
    return this.#indexed(0x21, local)
  }

  tee(local: number): this {
    return this.#indexed(0x22, local)
  }

  /** Calls an imported function, or one of the same module. */
  call(callee: Signature): this {
    this.instructions += 40
    this.#byte(0x10)
    this.#calls.push({ at: this.#code.length, callee })
    return this
  }

  float(value: number): this {
    this.#code.byte(0x44)
    this.#code.float64(value)
    return this
  }

  int(value: number): this {
    this.#code.byte(0x41)
    this.#code.signed(value)
    return this
  }

  op(operation: FloatOperation): this {
    this.instructions++
    return this.#byte(scalarCodes[operation])
  }

  /** The same on both lanes of a vector. */
  lanes(operation: FloatOperation): this {
    return this.#vector(laneCodes[operation])
  }

  intAdd(): this {
    return this.#byte(0x6a)
  }

  intMultiply(): this {
    return this.#byte(0x6c)
  }

  intAnd(): this {
    return this.#byte(0x71)
  }

  intXor(): this {
    return this.#byte(0x73)
  }

  intShiftLeft(bits: number): this {
    return this.int(bits).#byte(0x74)
  }

  /** f64 from an i32. */
  floatFromInt(): this {
    return this.#byte(0xb8)
  }

  /** The lower 32 bits of an f64. */
  lowWord(): this {
    return this.#byte(0xbd).#byte(0xa7)
  }

  /** The first if the i32 on top is not 0, else the second. */
  select(): this {
    return this.#byte(0x1b)
  }

  loadFloat(offset: number): this {
    this.instructions++
    return this.#memory([0x2b, 3], offset)
  }

  storeFloat(offset: number): this {
    return this.#memory([0x39, 3], offset)
  }

  loadInt(offset: number): this {
    this.instructions++
    return this.#memory([0x28, 2], offset)
  }

  loadVector(offset: number): this {
    return this.#memory([0xfd, 0x00, 3], offset)
  }

  storeVector(offset: number): this {
    return this.#memory([0xfd, 0x0b, 3], offset)
  }

  splat(): this {
    this.laneMoves++
    return this.#vector(0x14)
  }

  lane(index: 0 | 1): this {
    this.laneMoves++
    return this.#vector(0x21).#byte(index)
  }

  replaceLane(index: 0 | 1): this {
    this.laneMoves++
    return this.#vector(0x22).#byte(index)
  }

  /** Lanes i and j of the four lanes of two vectors. */
  shuffle(i: number, j: number): this {
    this.laneMoves++
    this.#vector(0x0d)
    for (const lane of [i, j]) for (let byte = 0; byte < 8; byte++) this.#byte(8 * lane + byte)
    return this
  }

  and(): this {
    return this.#vector(0x4e)
  }

  /** Bits of the first where the mask on top is 1, of the second where it is 0. */
  bitSelect(): this {
    return this.#vector(0x52)
  }

  vectorConstant(first: number, second: number): this {
    this.#vector(0x0c)
    this.#code.float64(first)
    this.#code.float64(second)
    return this
  }

  /** do { body } while ((counter += step) < end) */
  countedLoop(counter: number, step: number, end: number, body: () => void): this {
    this.int(0).set(counter).#byte(0x03).#byte(0x40)
    body()
    this.get(counter).int(step).intAdd().tee(counter).int(end)
    return this.#byte(0x48).#byte(0x0d).#byte(0).#byte(0x0b)
  }

  /** The body if the i32 on top is not 0. */
  ifThen(body: () => void): this {
    this.#byte(0x04).#byte(0x40)
    body()
    return this.#byte(0x0b)
  }

  /** Ends the function; its results are on the stack. */
  return(): this {
    return this.#byte(0x0f)
  }

  /** The body as it stands in the code section, with its length in front. */
  encode(indexOf: (callee: Signature) => number): Uint8Array {
    const body = new ByteWriter()
    const groups: { type: ValueType; count: number }[] = []
    for (const type of this.#locals) {
      const last = groups.at(-1)
      if (last?.type === type) last.count++
      else groups.push({ type, count: 1 })
    }
    body.unsigned(groups.length)
    for (const { type, count } of groups) {
      body.unsigned(count)
      body.byte(type)
    }
    this.#appendCode(body, indexOf)
    body.byte(0x0b)
    const sized = new ByteWriter()
    sized.unsigned(body.length)
    sized.append(body.bytes())
    return sized.bytes()
  }

  #appendCode(body: ByteWriter, indexOf: (callee: Signature) => number): void {
    const code = this.#code.bytes()
    let from = 0
    for (const { at, callee } of this.#calls) {
      body.append(code.subarray(from, at))
      body.unsigned(indexOf(callee))
      from = at
    }
    body.append(code.subarray(from))
  }

  #byte(value: number): this {
    this.#code.byte(value)
    return this
  }

  #vector(code: number): this {
    this.instructions++
    this.#code.byte(0xfd)
    this.#code.unsigned(code)
    return this
  }

  #indexed(code: number, index: number): this {
    this.#code.byte(code)
    this.#code.unsigned(index)
    return this
  }

  #memory(code: readonly number[], offset: number): this {
    for (const byte of code) this.#code.byte(byte)
    this.#code.unsigned(offset)
    return this
  }
}
