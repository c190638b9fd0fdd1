import { sizeOf, type Tensor } from '../tensor.ts'
import { MathImports, ScalarEmitter, type Read } from './emit-wasm.ts'
import type { LoopCode, LoopInput, LoopSum } from './loop-code.ts'
import type { Scalar } from './scalar-program.ts'
import { f64, i32, v128, type FunctionBuilder } from './wasm-writer.ts'

/** Where things stand in the kernel memory, in bytes. */
export interface LoopMemory {
  readonly addressOf: (x: Tensor) => number
  /** A table of the byte offsets of elements `map[i]` of x, one i32 each; −1 is a place that reads as 0 or takes what is dropped. */
  readonly tableOf: (map: Int32Array, x: Tensor, use: 'read' | 'write') => number
}

const widthOf = ({ dtype }: Tensor): 1 | 2 => (dtype === 'complex128' ? 2 : 1)

/** Writes one loop: invariants, then two elements at a time in vectors, then what is left. */
export function emitLoopWasm(code: FunctionBuilder, loop: LoopCode, memory: LoopMemory, imports: MathImports): void {
  new LoopEmitter(code, loop, memory, imports).emit()
}

class LoopEmitter {
  readonly #code: FunctionBuilder
  readonly #loop: LoopCode
  readonly #memory: LoopMemory
  readonly #imports: MathImports
  /** Two elements at a time; the accumulators of sums are vectors then. */
  readonly #isWide: boolean
  /** 4 i, for tables; shifted for data. */
  readonly #counter: number
  /** Locals of the invariants: the number, and both lanes. */
  readonly #single = new Map<Scalar, number>()
  readonly #double = new Map<Scalar, number>()
  /** Accumulators of total sums, by sum and part. */
  readonly #accumulators: {
    readonly sum: LoopSum
    readonly value: Scalar
    readonly part: 0 | 1
    readonly local: number
  }[] = []

  constructor(code: FunctionBuilder, loop: LoopCode, memory: LoopMemory, imports: MathImports) {
    this.#code = code
    this.#loop = loop
    this.#memory = memory
    this.#imports = imports
    this.#counter = code.local(i32)
    this.#isWide = loop.count >= 4 && loop.sums.every(({ isTotal }) => isTotal)
  }

  emit(): void {
    const { count } = this.#loop
    this.#prepare()
    if (this.#isWide) {
      this.#code.countedLoop(this.#counter, 8, 4 * (count & ~1), () => this.#body(2))
      if (count & 1) {
        this.#code.int(4 * (count - 1)).set(this.#counter)
        this.#body(1)
      }
    } else if (count === 1) {
      this.#code.int(0).set(this.#counter)
      this.#body(1)
    } else this.#code.countedLoop(this.#counter, 4, 4 * count, () => this.#body(1))
    this.#finish()
  }

  /** Invariants into locals, accumulators and scattered sums to zero. */
  #prepare(): void {
    const { program, uses, invariants, sums } = this.#loop
    const code = this.#code
    const emitter = new ScalarEmitter(code, program, { uses, imports: this.#imports, read: this.#read(1) })
    for (const x of invariants) {
      const local = code.local(f64)
      emitter.push(x)
      code.set(local)
      emitter.keep(x, local)
      this.#single.set(x, local)
      if (!this.#isWide) continue
      const wide = code.local(v128)
      code.get(local).splat().set(wide)
      this.#double.set(x, wide)
    }
    for (const sum of sums) {
      const { tensor, value, isTotal } = sum
      if (!isTotal) this.#clear(tensor)
      else {
        const parts = widthOf(tensor) === 2 ? [value.re, value.im] : [value.re]
        parts.forEach((part, k) => {
          const local = code.local(this.#isWide ? v128 : f64)
          if (this.#isWide) code.vectorZero().set(local)
          else code.float(0).set(local)
          this.#accumulators.push({ sum, value: part, part: k as 0 | 1, local })
        })
      }
    }
  }

  #clear(x: Tensor): void {
    const at = this.#code.local(i32)
    const address = this.#memory.addressOf(x)
    this.#code.countedLoop(at, 8, 8 * widthOf(x) * sizeOf(x.shape), () =>
      this.#code.get(at).float(0).storeFloat(address),
    )
  }

  #body(lanes: 1 | 2): void {
    const { program, uses, stores, sums } = this.#loop
    const code = this.#code
    const emitter = new ScalarEmitter(code, program, { uses, imports: this.#imports, read: this.#read(lanes), lanes })
    for (const [x, local] of lanes === 2 ? this.#double : this.#single) emitter.keep(x, local)
    for (const { tensor, value } of stores) {
      const address = this.#memory.addressOf(tensor)
      if (widthOf(tensor) === 1) this.#storeReal(emitter, value.re, address, lanes)
      else this.#storeComplex(emitter, value, address, lanes)
    }
    for (const { value, local } of this.#accumulators) {
      code.get(local)
      emitter.push(value)
      if (lanes === 2) code.lanes('add').set(local)
      else if (this.#isWide) this.#addLast(local)
      else code.op('add').set(local)
    }
    for (const { tensor, value, map, isTotal } of sums) if (!isTotal) this.#scatter(emitter, { tensor, value, map })
  }

  /** Stack: vector, number ↦ the vector with the number added to its first lane, in `local`. */
  #addLast(local: number): void {
    const value = this.#code.local(f64)
    this.#code.set(value).get(local).lane(0).get(value).op('add').replaceLane(0).set(local)
  }

  #storeReal(emitter: ScalarEmitter, value: Scalar, address: number, lanes: 1 | 2): void {
    this.#code.get(this.#counter).intShiftLeft(1)
    emitter.push(value)
    if (lanes === 2) this.#code.storeVector(address)
    else this.#code.storeFloat(address)
  }

  #storeComplex(
    emitter: ScalarEmitter,
    value: { readonly re: Scalar; readonly im: Scalar },
    address: number,
    lanes: 1 | 2,
  ): void {
    const code = this.#code
    const at = code.local(i32)
    const type = lanes === 2 ? v128 : f64
    const [re, im] = [code.local(type), code.local(type)]
    emitter.push(value.re)
    code.set(re)
    emitter.push(value.im)
    code.set(im).get(this.#counter).intShiftLeft(2).set(at)
    if (lanes === 1)
      code
        .get(at)
        .get(re)
        .storeFloat(address)
        .get(at)
        .get(im)
        .storeFloat(address + 8)
    else {
      code.get(at).get(re).get(im).shuffle(0, 2).storeVector(address)
      code
        .get(at)
        .get(re)
        .get(im)
        .shuffle(1, 3)
        .storeVector(address + 16)
    }
  }

  #scatter(emitter: ScalarEmitter, { tensor, value, map }: Pick<LoopSum, 'tensor' | 'value' | 'map'>): void {
    const code = this.#code
    const width = widthOf(tensor)
    const table = this.#memory.tableOf(map, tensor, 'write')
    const address = this.#memory.addressOf(tensor)
    const at = code.local(i32)
    code.get(this.#counter).loadInt(table).set(at)
    const parts = width === 2 ? [value.re, value.im] : [value.re]
    parts.forEach((part, k) => {
      code
        .get(at)
        .get(at)
        .loadFloat(address + 8 * k)
      emitter.push(part)
      code.op('add').storeFloat(address + 8 * k)
    })
  }

  /** Loads of inputs; both parts of a complex element are loaded together and kept until the body is written again. */
  #read(lanes: 1 | 2): Read {
    const parts = new Map<number, readonly [re: number, im: number]>()
    return (slot, part) => {
      const input = this.#loop.inputs[slot]
      if (input.reading === 'once') this.#code.int(0).loadFloat(this.#memory.addressOf(input.tensor) + 8 * part)
      else if (lanes === 1) this.#loadOne(input, part)
      else if (widthOf(input.tensor) === 1) this.#loadTwoReal(input)
      else {
        let pair = parts.get(slot)
        if (pair === undefined) parts.set(slot, (pair = this.#loadTwoComplex(input)))
        this.#code.get(pair[part])
      }
    }
  }

  #loadOne({ tensor, reading }: LoopInput, part: number): void {
    this.#pushOffset({ tensor, reading }, 0)
    this.#code.loadFloat(this.#memory.addressOf(tensor) + 8 * part)
  }

  #loadTwoReal({ tensor, reading }: LoopInput): void {
    const code = this.#code
    const address = this.#memory.addressOf(tensor)
    if (!(reading instanceof Int32Array)) {
      this.#pushOffset({ tensor, reading }, 0)
      code.loadVector(address)
      return
    }
    this.#pushOffset({ tensor, reading }, 0)
    code.loadFloat(address).splat()
    this.#pushOffset({ tensor, reading }, 1)
    code.loadFloat(address).replaceLane(1)
  }

  #loadTwoComplex({ tensor, reading }: LoopInput): readonly [re: number, im: number] {
    const code = this.#code
    const address = this.#memory.addressOf(tensor)
    const [first, second, re, im] = [code.local(v128), code.local(v128), code.local(v128), code.local(v128)]
    this.#pushOffset({ tensor, reading }, 0)
    code.loadVector(address).set(first)
    if (reading instanceof Int32Array) {
      this.#pushOffset({ tensor, reading }, 1)
      code.loadVector(address).set(second)
    } else {
      this.#pushOffset({ tensor, reading }, 0)
      code.loadVector(address + 16).set(second)
    }
    code.get(first).get(second).shuffle(0, 2).set(re).get(first).get(second).shuffle(1, 3).set(im)
    return [re, im]
  }

  /** Byte offset of element i + ahead. */
  #pushOffset({ tensor, reading }: LoopInput, ahead: 0 | 1): void {
    this.#code.get(this.#counter)
    if (reading instanceof Int32Array) this.#code.loadInt(this.#memory.tableOf(reading, tensor, 'read') + 4 * ahead)
    else this.#code.intShiftLeft(widthOf(tensor))
  }

  /** Totals into memory. */
  #finish(): void {
    const code = this.#code
    for (const { sum, part, local } of this.#accumulators) {
      code.int(0)
      if (this.#isWide) code.get(local).lane(0).get(local).lane(1).op('add')
      else code.get(local)
      code.storeFloat(this.#memory.addressOf(sum.tensor) + 8 * part)
    }
  }
}
