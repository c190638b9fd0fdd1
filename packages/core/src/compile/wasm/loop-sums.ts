import { sizeOf, type Tensor } from '../../tensor.ts'
import type { PairEmitter } from './emit-pairs-wasm.ts'
import type { ScalarEmitter } from './emit-wasm.ts'
import type { LoopCode, LoopSum } from '../loops/loop-code.ts'
import { widthOf, type LoopMemory } from './loop-reads.ts'
import type { Scalar } from '../../scalar/scalar-program.ts'
import { f64, i32, v128, type FunctionBuilder } from './wasm-writer.ts'

/**
 * How the body works: one element; two elements in the lanes of vectors (arithmetic is cheapest); or real and imaginary part of
 * one element in the lanes (loads and stores are cheapest).
 */
export type Mode = 'single' | 'elements' | 'parts'

/** A total sum while it is added up. */
interface Accumulator {
  readonly sum: LoopSum
  readonly part: 0 | 1
  readonly local: number
  readonly type: typeof f64 | typeof v128
  /** What is added for each element: a number, or in the mode 'parts' two whose sum or difference counts. */
  readonly value: Scalar | readonly [Scalar, Scalar]
  /** Signs with which the lanes count at the end. */
  readonly signs: readonly [number, number]
}

/** Writes the sums of one loop: totals in locals, sums into several elements in memory. */
export class LoopSums {
  readonly #code: FunctionBuilder
  readonly #loop: LoopCode
  readonly #memory: LoopMemory
  readonly #mode: Mode
  /** 4 i */
  readonly #counter: number
  readonly #accumulators: Accumulator[] = []

  constructor(
    code: FunctionBuilder,
    {
      loop,
      memory,
      mode,
      counter,
    }: { readonly loop: LoopCode; readonly memory: LoopMemory; readonly mode: Mode; readonly counter: number },
  ) {
    this.#code = code
    this.#loop = loop
    this.#memory = memory
    this.#mode = mode
    this.#counter = counter
  }

  /** Everything to zero, before the loop. */
  begin(): void {
    for (const sum of this.#loop.sums) {
      if (!sum.isTotal) this.#clear(sum.tensor)
      else if (this.#mode === 'parts') this.#accumulatePairs(sum)
      else {
        this.#accumulate(sum, { part: 0, value: sum.value.re, signs: [1, 1] })
        if (widthOf(sum.tensor) === 2) this.#accumulate(sum, { part: 1, value: sum.value.im, signs: [1, 1] })
      }
    }
  }

  /** What one element, or two of them, add. */
  add(emitter: ScalarEmitter, lanes: 1 | 2): void {
    const code = this.#code
    for (const { value, local, type } of this.#accumulators) {
      code.get(local)
      emitter.push(value as Scalar)
      if (lanes === 2) code.lanes('add').set(local)
      else if (type === v128) this.#addLast(local)
      else code.op('add').set(local)
    }
    for (const sum of this.#loop.sums) if (!sum.isTotal) this.#scatter(emitter, sum)
  }

  /** What one element adds in the mode 'parts'. */
  addPairs(scalars: ScalarEmitter, pairs: PairEmitter): void {
    const code = this.#code
    for (const { value, local } of this.#accumulators) {
      code.get(local)
      if (typeof value === 'number') {
        scalars.push(value)
        code.op('add').set(local)
      } else {
        pairs.push(value[0], value[1])
        code.lanes('add').set(local)
      }
    }
  }

  /** Totals into memory, after the loop. */
  finish(): void {
    const code = this.#code
    for (const { sum, part, local, type, signs } of this.#accumulators) {
      code.int(0)
      if (type === f64) code.get(local)
      else {
        code.get(local).lane(0)
        if (signs[0] < 0) code.op('neg')
        code
          .get(local)
          .lane(1)
          .op(signs[1] < 0 ? 'sub' : 'add')
      }
      code.storeFloat(this.#memory.addressOf(sum.tensor) + 8 * part)
    }
  }

  /** A sum of real numbers p ± q is kept as the two sums of p and q; anything else as it is. */
  #accumulatePairs(sum: LoopSum): void {
    const { program } = this.#loop
    const parts = widthOf(sum.tensor) === 2 ? [sum.value.re, sum.value.im] : [sum.value.re]
    parts.forEach((part, k) => {
      const isNegative = program.operation(part) === 'neg'
      const root = isNegative ? program.left[part] : part
      const operation = program.operation(root)
      const sign = isNegative ? -1 : 1
      const value =
        operation === 'add' || operation === 'sub' ? ([program.left[root], program.right[root]] as const) : part
      const signs =
        typeof value === 'number' ? ([1, 1] as const) : ([sign, operation === 'add' ? sign : -sign] as const)
      this.#accumulate(sum, { part: k as 0 | 1, value, signs })
    })
  }

  #accumulate(sum: LoopSum, { part, value, signs }: Pick<Accumulator, 'part' | 'value' | 'signs'>): void {
    const isWide = this.#mode === 'elements' || typeof value !== 'number'
    const local = this.#code.local(isWide ? v128 : f64)
    if (isWide) this.#code.vectorConstant(0, 0).set(local)
    else this.#code.float(0).set(local)
    this.#accumulators.push({ sum, part, value, signs, local, type: isWide ? v128 : f64 })
  }

  #clear(x: Tensor): void {
    if (x.size === 0) return
    const at = this.#code.local(i32)
    const address = this.#memory.addressOf(x)
    this.#code.countedLoop(at, 8, 8 * widthOf(x) * sizeOf(x.shape), () =>
      this.#code.get(at).float(0).storeFloat(address),
    )
  }

  /** Stack: vector, number ↦ the vector with the number added to its first lane, in `local`. */
  #addLast(local: number): void {
    const value = this.#code.local(f64)
    this.#code.set(value).get(local).lane(0).get(value).op('add').replaceLane(0).set(local)
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
}
