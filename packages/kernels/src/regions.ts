/** Addresses from `start` up to, but not including, `end`. */
interface Run {
  readonly start: number
  readonly end: number
}

/** Reserved regions of a memory and the gaps between them; all addresses and sizes in bytes. */
export class Regions {
  /** Size of every region, by its address. */
  readonly #sizes = new Map<number, number>()
  /** Regions that touch are one run. Sorted by address; a gap lies between any two, so freed neighbours are one gap. */
  readonly #runs: Run[] = []
  #bytes = 0

  /** The size of all regions together. */
  get bytes(): number {
    return this.#bytes
  }

  /** The first address past all regions; 0 if there are none. */
  get end(): number {
    return this.#runs.at(-1)?.end ?? 0
  }

  /** The lowest address from `start` on at which `size` bytes meet no region. */
  lowestGap(start: number, size: number): number {
    let lowest = start
    // Invariant: no run before this one meets the addresses from `lowest` on.
    for (const run of this.#runs) {
      if (lowest + size <= run.start) break
      lowest = Math.max(lowest, run.end)
    }
    return lowest
  }

  /** The highest address at which `size` bytes from `start` up to `end` meet no region; undefined if there is none. */
  highestGap(start: number, end: number, size: number): number | undefined {
    let highest = end - size
    // Invariant: no run behind this one meets the addresses up to highest + size.
    for (let i = this.#runs.length - 1; i >= 0 && this.#runs[i].end > highest; i--) {
      highest = Math.min(highest, this.#runs[i].start - size)
    }
    return highest < start ? undefined : highest
  }

  /** Adds a region of `size` > 0 bytes, which must meet no other. */
  add(address: number, size: number): void {
    this.#sizes.set(address, size)
    this.#bytes += size
    let run: Run = { start: address, end: address + size }
    const next = this.#runs.findIndex(({ end }) => end >= address)
    const at = next < 0 ? this.#runs.length : next
    let joined = 0
    for (; this.#runs[at + joined]?.start <= run.end; joined++) {
      const { start, end } = this.#runs[at + joined]
      run = { start: Math.min(start, run.start), end: Math.max(end, run.end) }
    }
    this.#runs.splice(at, joined, run)
  }

  /** Removes the region at this address; false if there is none. */
  remove(address: number): boolean {
    const size = this.#sizes.get(address)
    if (size === undefined) return false
    this.#sizes.delete(address)
    this.#bytes -= size
    const at = this.#runs.findIndex(({ end }) => end > address)
    const { start, end } = this.#runs[at]
    const rest = [
      { start, end: address },
      { start: address + size, end },
    ]
    this.#runs.splice(at, 1, ...rest.filter((run) => run.start < run.end))
    return true
  }
}
