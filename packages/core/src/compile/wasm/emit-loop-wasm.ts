import { ScalarEmitter, sinesWithCosines } from './emit-wasm.ts'
import type { Imports } from './module-builder.ts'
import type { LoopCode } from '../loops/loop-code.ts'
import { LoopSums, type Mode } from './loop-sums.ts'
import { LoopReads, widthOf, type LoopMemory } from './loop-reads.ts'
import type { Scalar } from '../../scalar/scalar-program.ts'
import { PairEmitter } from './emit-pairs-wasm.ts'
import { f64, FunctionBuilder, i32, v128 } from './wasm-writer.ts'

/** Writes one loop: invariants, the body in the mode that promises to be fastest, then sums into memory. */
export function emitLoopWasm(code: FunctionBuilder, loop: LoopCode, memory: LoopMemory, imports: Imports): void {
  const modes: readonly Mode[] =
    loop.count >= 4 && loop.sums.every(({ isTotal }) => isTotal) ? ['elements', 'parts'] : ['single']
  const costs = modes.map((mode) => {
    const trial = new FunctionBuilder([])
    return new LoopEmitter(trial, { loop, memory, imports, mode }).bodyCost()
  })
  const mode = modes[costs.indexOf(Math.min(...costs))]
  new LoopEmitter(code, { loop, memory, imports, mode }).emit()
}

class LoopEmitter {
  readonly #code: FunctionBuilder
  readonly #loop: LoopCode
  readonly #memory: LoopMemory
  /** What all emitters of the loop have in common. */
  readonly #writing: Pick<ConstructorParameters<typeof ScalarEmitter>[2], 'uses' | 'imports' | 'partners'>
  readonly #mode: Mode
  /** 4 i, for tables; shifted for data. */
  readonly #counter: number
  readonly #reads: LoopReads
  /** Locals of the invariants: the number, and the same in both lanes. */
  readonly #single = new Map<Scalar, number>()
  readonly #double = new Map<Scalar, number>()
  readonly #sums: LoopSums

  constructor(
    code: FunctionBuilder,
    {
      loop,
      memory,
      imports,
      mode,
    }: { readonly loop: LoopCode; readonly memory: LoopMemory; readonly imports: Imports; readonly mode: Mode },
  ) {
    this.#code = code
    this.#loop = loop
    this.#memory = memory
    this.#writing = { uses: loop.uses, imports, partners: sinesWithCosines(loop.program, loop.uses) }
    this.#mode = mode
    this.#counter = code.local(i32)
    this.#reads = new LoopReads(code, { memory, inputs: loop.inputs, counter: this.#counter })
    this.#sums = new LoopSums(code, { loop, memory, mode, counter: this.#counter })
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
    this.#sums.finish()
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

  /** Invariants into locals, sums to zero. */
  #prepare(): void {
    const { program, invariants } = this.#loop
    const code = this.#code
    const emitter = new ScalarEmitter(code, program, { ...this.#writing, read: this.#reads.reader(1) })
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
    this.#sums.begin()
  }

  #body(lanes: 1 | 2): void {
    const { program, stores } = this.#loop
    const code = this.#code
    const emitter = new ScalarEmitter(code, program, { ...this.#writing, read: this.#reads.reader(lanes), lanes })
    for (const [x, local] of lanes === 2 ? this.#double : this.#single) emitter.keep(x, local)
    for (const { tensor, value } of stores) {
      const address = this.#memory.addressOf(tensor)
      if (widthOf(tensor) === 1) this.#storeReal(emitter, value.re, address, lanes)
      else this.#storeComplex(emitter, value, address, lanes)
    }
    this.#sums.add(emitter, lanes)
  }

  /** The body for one element, its real and imaginary part in the two lanes. */
  #pairBody(): void {
    const { program, stores, inputs } = this.#loop
    const code = this.#code
    const scalars = new ScalarEmitter(code, program, { ...this.#writing, read: this.#reads.reader(1) })
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
    this.#sums.addPairs(scalars, pairs)
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
}
