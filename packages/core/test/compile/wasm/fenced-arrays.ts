import { arena, kernelMemory } from '@cad/kernels'

/** What stands between arrays: nobody may change it. */
const fence = 8.75

/** Arrays in one region of the kernel memory, one after the other, with a fence before, between and behind them. */
export class FencedArrays {
  readonly start: number
  readonly #offsets: number[] = []
  readonly #lengths: readonly number[]

  constructor(arrays: readonly Float64Array[]) {
    this.#lengths = arrays.map(({ length }) => length)
    this.start = arena.reserve(8 * this.#lengths.reduce((sum, length) => sum + length + 1, 1))
    let offset = 8
    kernelMemory.float64()[this.start / 8] = fence
    for (const array of arrays) {
      kernelMemory.float64().set([...array, fence], (this.start + offset) / 8)
      this.#offsets.push(offset)
      offset += 8 * (array.length + 1)
    }
  }

  /** Bytes from the start to array i. */
  offset(i: number): number {
    return this.#offsets[i]
  }

  /**
   * What the arrays hold now; their region is given back.
   *
   * @throws Error if a number beside them was changed.
   */
  take(): Float64Array[] {
    const memory = kernelMemory.float64()
    const arrays = this.#lengths.map((length, i) => {
      const from = (this.start + this.#offsets[i]) / 8
      if (memory[from - 1] !== fence || memory[from + length] !== fence)
        throw new Error(`beside array ${i} was written`)
      return memory.slice(from, from + length)
    })
    arena.free(this.start)
    return arrays
  }
}
