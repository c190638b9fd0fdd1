import { sizeOf, type Tensor } from '../tensor.ts'
import { ScalarEmitter, type MathImports } from './emit-wasm.ts'
import type { LoopCode, LoopSum } from './loop-code.ts'
import { LoopReads, widthOf, type LoopMemory } from './loop-reads.ts'
import type { Scalar } from './scalar-program.ts'
import { PairEmitter } from './emit-pairs-wasm.ts'
import { f64, FunctionBuilder, i32, v128 } from './wasm-writer.ts'

/**
 * How the body works: one element; two elements in the lanes of vectors (arithmetic is cheapest); or real and imaginary part of
 * one element in the lanes (loads and stores are cheapest).
 */
type Mode = 'single' | 'elements' | 'parts'

/** Writes one loop: invariants, the body in the mode that promises to be fastest, then sums into memory. */
export function emitLoopWasm(code: FunctionBuilder, loop: LoopCode, memory: LoopMemory, imports: MathImports): void {
  const modes: readonly Mode[] =
    loop.count >= 4 && loop.sums.every(({ isTotal }) => isTotal) ? ['elements', 'parts'] : ['single']
  const costs = modes.map((mode) => {
    const trial = new FunctionBuilder([])
    return new LoopEmitter(trial, { loop, memory, imports, mode }).bodyCost()
  })
  const mode = modes[costs.indexOf(Math.min(...costs))]
  new LoopEmitter(code, { loop, memory, imports, mode }).emit()
}

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

class LoopEmitter {
  readonly #code: FunctionBuilder
  readonly #loop: LoopCode
  readonly #memory: LoopMemory
  readonly #imports: MathImports
  readonly #mode: Mode
  /** 4 i, for tables; shifted for data. */
  readonly #counter: number
  readonly #reads: LoopReads
  /** Locals of the invariants: the number, and the same in both lanes. */
  readonly #single = new Map<Scalar, number>()
  readonly #double = new Map<Scalar, number>()
  readonly #accumulators: Accumulator[] = []

  constructor(
    code: FunctionBuilder,
    {
      loop,
      memory,
      imports,
      mode,
    }: { readonly loop: LoopCode; readonly memory: LoopMemory; readonly imports: MathImports; readonly mode: Mode },
  ) {
    this.#code = code
    this.#loop = loop
    this.#memory = memory
    this.#imports = imports
    this.#mode = mode
    this.#counter = code.local(i32)
    this.#reads = new LoopReads(code, { memory, inputs: loop.inputs, counter: this.#counter })
  }

  emit(): void {
    const { count } = this.#loop
    this.#prepare()
    if (count === 0) this.#code.int(0).set(this.#counter)
    else if (this.#mode === 'elements') {
      this.#code.countedLoop(this.#counter, 8, 4 * (count & ~1), () => this.#body(2))
      if (count & 1) {
        this.#code.int(4 * (count - 1)).set(this.#counter)
        this.#body(1)
      }
    } else if (count === 1) {
      this.#code.int(0).set(this.#counter)
      this.#body(1)
    } else
      this.#code.countedLoop(this.#counter, 4, 4 * count, () =>
        this.#mode === 'parts' ? this.#pairBody() : this.#body(1),
      )
    this.#finish()
  }

  /** Cost of one element, about in cycles: four instructions at a time, but one that moves lanes. */
  bodyCost(): number {
    this.#prepare()
    const { instructions, laneMoves } = this.#code
    if (this.#mode === 'parts') this.#pairBody()
    else this.#body(this.#mode === 'elements' ? 2 : 1)
    const cycles = Math.max((this.#code.instructions - instructions) / 4, this.#code.laneMoves - laneMoves)
    return this.#mode === 'elements' ? cycles / 2 : cycles
  }

  /** Invariants into locals, accumulators and scattered sums to zero. */
  #prepare(): void {
    const { program, uses, invariants, sums } = this.#loop
    const code = this.#code
    const emitter = new ScalarEmitter(code, program, { uses, imports: this.#imports, read: this.#reads.reader(1) })
    for (const x of invariants) {
      const local = code.local(f64)
      emitter.push(x)
      code.set(local)
      emitter.keep(x, local)
      this.#single.set(x, local)
      if (this.#mode === 'single') continue
      const wide = code.local(v128)
      code.get(local).splat().set(wide)
      this.#double.set(x, wide)
    }
    for (const sum of sums) {
      if (!sum.isTotal) this.#clear(sum.tensor)
      else if (this.#mode === 'parts') this.#accumulatePairs(sum)
      else {
        this.#accumulate(sum, { part: 0, value: sum.value.re, signs: [1, 1] })
        if (widthOf(sum.tensor) === 2) this.#accumulate(sum, { part: 1, value: sum.value.im, signs: [1, 1] })
      }
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

  #body(lanes: 1 | 2): void {
    const { program, uses, stores, sums } = this.#loop
    const code = this.#code
    const emitter = new ScalarEmitter(code, program, {
      uses,
      imports: this.#imports,
      read: this.#reads.reader(lanes),
      lanes,
    })
    for (const [x, local] of lanes === 2 ? this.#double : this.#single) emitter.keep(x, local)
    for (const { tensor, value } of stores) {
      const address = this.#memory.addressOf(tensor)
      if (widthOf(tensor) === 1) this.#storeReal(emitter, value.re, address, lanes)
      else this.#storeComplex(emitter, value, address, lanes)
    }
    for (const { value, local, type } of this.#accumulators) {
      code.get(local)
      emitter.push(value as Scalar)
      if (lanes === 2) code.lanes('add').set(local)
      else if (type === v128) this.#addLast(local)
      else code.op('add').set(local)
    }
    for (const { tensor, value, map, isTotal } of sums) if (!isTotal) this.#scatter(emitter, { tensor, value, map })
  }

  /** The body for one element, its real and imaginary part in the two lanes. */
  #pairBody(): void {
    const { program, uses, stores, inputs } = this.#loop
    const code = this.#code
    const scalars = new ScalarEmitter(code, program, { uses, imports: this.#imports, read: this.#reads.reader(1) })
    for (const [x, local] of this.#single) scalars.keep(x, local)
    const pairs = new PairEmitter(code, program, {
      scalars,
      invariant: (x) => {
        const single = this.#single.get(x)
        return single === undefined ? undefined : { single, double: this.#double.get(x)! }
      },
      isComplexInput: (slot) => widthOf(inputs[slot].tensor) === 2 && inputs[slot].reading !== 'once',
      loadElement: (slot) => this.#reads.loadElement(slot),
    })
    for (const { tensor, value } of stores) {
      const address = this.#memory.addressOf(tensor)
      if (widthOf(tensor) === 1) this.#storeReal(scalars, value.re, address, 1)
      else {
        const at = code.local(v128)
        pairs.push(value.re, value.im)
        code.set(at).get(this.#counter).intShiftLeft(2).get(at).storeVector(address)
      }
    }
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

  /** Totals into memory. */
  #finish(): void {
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
}
