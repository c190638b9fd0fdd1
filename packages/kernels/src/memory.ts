const PAGE = 65536

/**
 * 64 MiB to begin with: three complex 1024 × 1024 operands. Growing detaches every view, so it should be rare; and memory
 * is virtual, a page that nobody touches costs address space only.
 */
const INITIAL_PAGES = 1024

/** 2 GiB: every address stays positive as a signed 32-bit number. Larger operands are computed in JavaScript. */
const MAXIMUM_PAGES = 32768

/**
 * A `WebAssembly.Memory`, created when first used, with views that follow its growth.
 *
 * Growth (here, or by a module that shares the memory) detaches the views: keep addresses, never views. Read the view from
 * `float64()` after the last call that may allocate; index it by `address / 8`.
 */
export class KernelMemory {
  readonly #initialPages: number
  readonly #maximumPages: number
  #memory: WebAssembly.Memory | undefined
  #float64: Float64Array<ArrayBuffer> = new Float64Array(0)
  #int32: Int32Array<ArrayBuffer> = new Int32Array(0)

  constructor(initialPages: number, maximumPages: number) {
    this.#initialPages = initialPages
    this.#maximumPages = maximumPages
  }

  /**
   * The memory itself, to be given to a module as its import.
   *
   * @throws RangeError if the host refuses the initial size.
   */
  shared(): WebAssembly.Memory {
    this.#memory ??= new WebAssembly.Memory({ initial: this.#initialPages, maximum: this.#maximumPages })
    return this.#memory
  }

  /** The whole memory as doubles; valid until the memory grows. */
  float64(): Float64Array<ArrayBuffer> {
    // A detached view has length 0, and so has the one that was never made.
    if (this.#float64.length === 0) this.#float64 = new Float64Array(this.#buffer())
    return this.#float64
  }

  /** The whole memory as 32-bit integers (pivots); valid until the memory grows. */
  int32(): Int32Array<ArrayBuffer> {
    if (this.#int32.length === 0) this.#int32 = new Int32Array(this.#buffer())
    return this.#int32
  }

  /** The present size in bytes. */
  get byteLength(): number {
    return this.#buffer().byteLength
  }

  /** The size in bytes that growth may reach. */
  get maximumByteLength(): number {
    return this.#maximumPages * PAGE
  }

  /**
   * Makes the memory at least so many bytes long, if need be by growing; data and addresses stay, views are detached.
   *
   * @returns false if the limit or the host forbids it.
   */
  ensure(byteLength: number): boolean {
    const present = this.byteLength / PAGE
    const needed = Math.ceil(byteLength / PAGE)
    if (needed <= present) return true
    if (needed > this.#maximumPages) return false
    // By half at least, so that a slowly growing need does not detach the views every time.
    const generous = Math.min(Math.max(needed, Math.ceil(1.5 * present)), this.#maximumPages)
    return this.#growBy(generous - present) || this.#growBy(needed - present)
  }

  #growBy(pages: number): boolean {
    try {
      this.shared().grow(pages)
      return true
    } catch {
      return false // The host has no more: a RangeError, and the memory is as it was.
    }
  }

  #buffer(): ArrayBuffer {
    return this.shared().buffer
  }
}

/** The one memory of the process: all kernels, and all modules generated later, live in it. */
export const kernelMemory: KernelMemory = new KernelMemory(INITIAL_PAGES, MAXIMUM_PAGES)
