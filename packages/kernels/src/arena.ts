import { kernelsHeapBase } from './generated/kernels-wasm.ts'
import { kernelMemory } from './memory.ts'
import type { KernelMemory } from './memory.ts'

/** A cache line, and more than any vector load asks for. */
const ALIGNMENT = 64

/** The kernel memory is exhausted, or its stack discipline was broken. */
export class KernelMemoryError extends Error {
  override readonly name = 'KernelMemoryError'
}

/** Addresses from `start` up to, but not including, `end`. */
interface Region {
  readonly start: number
  readonly end: number
}

/**
 * Scratch space in the kernel memory, with stack discipline, and permanent regions beside it.
 *
 *     const mark = arena.mark()
 *     try {
 *       const address = arena.allocate(2 * n * n)
 *       …
 *     } finally {
 *       arena.release(mark)
 *     }
 *
 * The stack grows upwards from the static area of the kernels. Permanent regions are taken from the end of the memory, and
 * the stack steps over them; so a region may be reserved at any time, also while scratch space is in use. All addresses
 * are in bytes and multiples of 64, contents are undefined, and growth of the memory changes no address.
 *
 * A module that is generated at run time imports `kernelMemory.shared()`, places its constants and its own scratch area in
 * a region from `reserve`, and keeps it: regions are never given back.
 */
export class Arena {
  readonly #memory: KernelMemory
  #top: number
  /** Sorted by address, disjoint. */
  readonly #reserved: Region[] = []

  /** @param base first address that the arena may use, in bytes. */
  constructor(memory: KernelMemory, base: number) {
    this.#memory = memory
    this.#top = alignUp(base)
  }

  /** The present top of the stack, to be given to `release`. */
  mark(): number {
    return this.#top
  }

  /**
   * Takes scratch space for so many doubles from the top of the stack. It may grow the memory, which detaches views.
   *
   * @returns its address in bytes, a multiple of 64.
   * @throws KernelMemoryError if there is no room and the memory cannot grow.
   */
  allocate(doubles: number): number {
    const size = alignUp(8 * doubles)
    const start = this.#place(size)
    if (!this.#memory.ensure(start + size)) throw this.#exhausted('allocate', size)
    this.#top = start + size
    return start
  }

  /** Whether `allocate` would succeed for so many doubles; the memory has grown for them if need be. */
  fits(doubles: number): boolean {
    const size = alignUp(8 * doubles)
    return this.#memory.ensure(this.#place(size) + size)
  }

  /**
   * Gives back everything that was allocated since `mark`.
   *
   * @throws KernelMemoryError if that has been given back already, that is, if marks do not nest.
   */
  release(mark: number): void {
    if (mark > this.#top) {
      throw new KernelMemoryError(
        `arena.release: expected a mark up to the top of the stack, ${this.#top}, got ${mark}. ` +
          'Release marks in the reverse order of taking them.',
      )
    }
    this.#top = mark
  }

  /**
   * Takes a permanent region of so many bytes, for a module's static data or its own scratch space.
   *
   * @returns its address in bytes, a multiple of 64.
   * @throws KernelMemoryError if there is no room and the memory cannot grow.
   */
  reserve(bytes: number): number {
    const size = alignUp(bytes)
    return this.#reserveAtEnd(size) ?? this.#reserveByGrowing(size)
  }

  /** Extends the last region downwards if it ends the memory, else makes a new one there; undefined if the stack is in the way. */
  #reserveAtEnd(size: number): number | undefined {
    const last = this.#reserved.at(-1)
    const memoryEnd = this.#memory.byteLength
    const endsMemory = last?.end === memoryEnd
    const end = endsMemory ? last.start : memoryEnd
    const start = end - size
    const occupied = endsMemory ? this.#top : Math.max(this.#top, last?.end ?? 0)
    if (start < occupied) return undefined
    if (endsMemory) this.#reserved.pop()
    this.#reserved.push({ start, end: memoryEnd })
    return start
  }

  #reserveByGrowing(size: number): number {
    const end = this.#memory.byteLength
    if (!this.#memory.ensure(end + size)) throw this.#exhausted('reserve', size)
    return this.#reserveAtEnd(size) as number
  }

  /** The first address from the top of the stack on where `size` bytes meet no reserved region. */
  #place(size: number): number {
    let start = this.#top
    // Invariant: no reserved region before this one meets the addresses from start on.
    for (const region of this.#reserved) {
      if (start + size <= region.start) break
      start = Math.max(start, region.end)
    }
    return start
  }

  #exhausted(method: string, size: number): KernelMemoryError {
    const { byteLength, maximumByteLength } = this.#memory
    return new KernelMemoryError(
      `arena.${method}: expected room for ${size} bytes, got a memory of ${byteLength} bytes (limit ${maximumByteLength}) ` +
        `with ${this.#top} in use. Release scratch space, or split the problem into smaller operands.`,
    )
  }
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** The one arena of the process, in `kernelMemory`. */
export const arena: Arena = new Arena(kernelMemory, kernelsHeapBase)
