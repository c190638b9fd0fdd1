import type { Tensor } from '../../tensor.ts'
import type { Read } from './emit-wasm.ts'
import type { LoopInput } from '../loops/loop-code.ts'
import { i32, v128, type FunctionBuilder } from './wasm-writer.ts'

/** Where things stand in the kernel memory, in bytes. */
export interface LoopMemory {
  readonly addressOf: (x: Tensor) => number
  /** A table of the byte offsets of elements `map[i]` of x, one i32 each; −1 is a place that reads as 0 or takes what is dropped. */
  readonly tableOf: (map: Int32Array, x: Tensor, use: 'read' | 'write') => number
}

/** Numbers in an element. */
export const widthOf = ({ dtype }: Tensor): 1 | 2 => (dtype === 'complex128' ? 2 : 1)

/** Writes the loads of a loop: numbers of element i, where `counter` holds 4 i. */
export class LoopReads {
  readonly #code: FunctionBuilder
  readonly #memory: LoopMemory
  readonly #inputs: readonly LoopInput[]
  readonly #counter: number

  constructor(
    code: FunctionBuilder,
    {
      memory,
      inputs,
      counter,
    }: { readonly memory: LoopMemory; readonly inputs: readonly LoopInput[]; readonly counter: number },
  ) {
    this.#code = code
    this.#memory = memory
    this.#inputs = inputs
    this.#counter = counter
  }

  /** Both parts of a complex element, as they stand in memory. */
  loadElement(slot: number): void {
    this.#pushOffset(this.#inputs[slot], 0)
    this.#code.loadVector(this.#memory.addressOf(this.#inputs[slot].tensor))
  }

  /** Loads of inputs; both parts of a complex element are loaded together and kept until the body is written again. */
  reader(lanes: 1 | 2): Read {
    const parts = new Map<number, readonly [re: number, im: number]>()
    return (slot, part) => {
      const input = this.#inputs[slot]
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
    const isPaired = !(reading instanceof Int32Array) || movesPairs(reading)
    if (isPaired) {
      const at = code.local(i32)
      this.#pushOffset({ tensor, reading }, 0)
      code.tee(at).loadVector(address).set(first)
      code
        .get(at)
        .loadVector(address + 16)
        .set(second)
    } else {
      this.#pushOffset({ tensor, reading }, 0)
      code.loadVector(address).set(first)
      this.#pushOffset({ tensor, reading }, 1)
      code.loadVector(address).set(second)
    }
    code.get(first).get(second).shuffle(0, 2).set(re).get(first).get(second).shuffle(1, 3).set(im)
    return [re, im]
  }

  /** Byte offset of element i + ahead; from a table, unless it can be computed: i + c and i xor c need no load. */
  #pushOffset({ tensor, reading }: LoopInput, ahead: 0 | 1): void {
    const code = this.#code
    const rule = reading instanceof Int32Array ? ruleOf(reading) : undefined
    code.get(this.#counter)
    if (reading instanceof Int32Array && rule === undefined) {
      code.loadInt(this.#memory.tableOf(reading, tensor, 'read') + 4 * ahead)
      return
    }
    if (ahead === 1) code.int(4).intAdd()
    if (rule?.kind === 'shift' && rule.by !== 0) code.int(4 * rule.by).intAdd()
    if (rule?.kind === 'xor') code.int(4 * rule.by).intXor()
    code.intShiftLeft(widthOf(tensor))
  }
}

/** Whether elements 2k and 2k + 1 come from neighbours, in this order: then one offset serves both. */
function movesPairs(map: Int32Array): boolean {
  for (let i = 0; i + 1 < map.length; i += 2) if (map[i] < 0 || map[i + 1] !== map[i] + 1) return false
  return true
}

/** A map as i + c or i xor c, if it is one. */
function ruleOf(map: Int32Array): { readonly kind: 'shift' | 'xor'; readonly by: number } | undefined {
  const by = map[0]
  if (by < 0) return undefined
  if (map.every((from, i) => from === i + by)) return { kind: 'shift', by }
  return map.every((from, i) => from === (i ^ by)) ? { kind: 'xor', by } : undefined
}
