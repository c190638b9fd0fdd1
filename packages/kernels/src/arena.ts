import { kernelsHeapBase } from './generated/kernels-wasm.ts'
import { kernelMemory } from './memory.ts'
import type { KernelMemory } from './memory.ts'
import { Regions } from './regions.ts'

/** A cache line, and more than any vector load asks for. */
const ALIGNMENT = 64

/** The kernel memory is exhausted, its stack discipline was broken, or something was freed that is no region. */
export class KernelMemoryError extends Error {
  override readonly name = 'KernelMemoryError'
}

/**
 * Scratch space in the kernel memory, with stack discipline, and reserved regions beside it.
 *
 *     const mark = arena.mark()
 *     try {
 *       const address = arena.allocate(2 * n * n)
 *       …
 *     } finally {
 *       arena.release(mark)
 *     }
 *
 * The stack grows upwards from the static area of the kernels and steps over reserved regions. These are taken from the end
 * of the memory downwards, so a region may be reserved and freed at any time, also while scratch space is in use. All
 * addresses are in bytes and multiples of 64, contents are undefined, and growth of the memory changes no address.
 *
 * A module that is generated at run time imports `kernelMemory.shared()` and places its constants and its own scratch area in
 * a region from `reserve`, until it gives it to `free`.
 */
export class Arena {
  readonly #memory: KernelMemory
  #top: number
  readonly #regions = new Regions()

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
    const start = this.tryAllocate(doubles)
    if (start === undefined) throw this.#exhausted('allocate', alignUp(8 * doubles))
    return start
  }

  /** As `allocate`, but undefined where there is no room. */
  tryAllocate(doubles: number): number | undefined {
    const size = alignUp(8 * doubles)
    const start = this.#regions.lowestGap(this.#top, size)
    if (!this.#memory.ensure(start + size)) return undefined
    this.#top = start + size
    return start
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
   * Takes a region of so many bytes, for a module's static data or its own scratch space: from the highest gap above the
   * stack that is large enough, be it of freed regions or of memory never used; the memory grows only if there is none.
   *
   * @returns its address in bytes, a multiple of 64.
   * @throws KernelMemoryError if there is no room and the memory cannot grow.
   */
  reserve(bytes: number): number {
    const size = alignUp(Math.max(bytes, 1)) // An empty region has an address of its own, too.
    const start = this.#highestGap(size) ?? this.#gapByGrowing(size)
    this.#regions.add(start, size)
    return start
  }

  /**
   * Gives back a region from `reserve`. It joins the free memory around it, for other regions and for scratch space.
   *
   * @throws KernelMemoryError if no region begins at this address, or no longer.
   */
  free(address: number): void {
    if (this.#regions.remove(address)) return
    throw new KernelMemoryError(
      `arena.free: expected the address of a reserved region, got ${address}. ` +
        'Free every region once, by the address that arena.reserve returned; scratch space goes back by arena.release.',
    )
  }

  /** The size of all reserved regions, in bytes; each counts as a multiple of 64. */
  get reservedBytes(): number {
    return this.#regions.bytes
  }

  #highestGap(size: number): number | undefined {
    return this.#regions.highestGap(this.#top, this.#memory.byteLength, size)
  }

  #gapByGrowing(size: number): number {
    const start = Math.max(this.#top, this.#regions.end)
    if (!this.#memory.ensure(start + size)) throw this.#exhausted('reserve', size)
    return this.#highestGap(size) as number
  }

  #exhausted(method: string, size: number): KernelMemoryError {
    const { byteLength, maximumByteLength } = this.#memory
    return new KernelMemoryError(
      `arena.${method}: expected room for ${size} bytes, got a memory of ${byteLength} bytes (limit ${maximumByteLength}) ` +
        `with ${this.#top} in use. Release scratch space, or split the problem into smaller operands.`,
    )
  }
}

/** The next multiple of the alignment of the arena, 64 bytes. */
export function alignUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** The one arena of the process, in `kernelMemory`. */
export const arena: Arena = new Arena(kernelMemory, kernelsHeapBase)
