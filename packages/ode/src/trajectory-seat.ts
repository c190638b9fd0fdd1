import { enter, free, nextRun, reserveFor, type Regions, type Resident } from '@cad/core/compiler'
import { KernelMemoryError, kernelMemory } from '@cad/kernels'
import { HostMemory, type StepMemory } from './trajectory.ts'

/**
 * The place in the kernel memory where the steps of one solve at a time are written, and found by their sweeps. The next solve takes it
 * over: a record that was not swept yet moves to the host then; one that was is dropped, and its steps are taken again in the rare
 * case that it is swept once more.
 */
export class TrajectorySeat implements Resident {
  readonly regions: Regions = { addresses: [], bytes: 0 }
  lastRun = 0
  /** Of the last solve, and some more. */
  expectedSteps = 0
  #capacity = 0
  #occupant: WeakRef<SeatedMemory> | undefined
  #isRunning = false

  constructor() {
    enter(this)
  }

  /** Memory for one solve: here, if no other solve is under way, which one inside its `onProgress` finds. */
  take(): StepMemory {
    if (this.#isRunning) return new HostMemory()
    this.lastRun = nextRun()
    this.#occupant?.deref()?.leave()
    this.#isRunning = true
    const memory = new SeatedMemory(this)
    this.#occupant = new WeakRef(memory)
    return memory
  }

  get capacity(): number {
    return this.#capacity
  }

  get start(): number {
    return this.regions.addresses[0] / 8
  }

  /** The solve has ended. */
  rest(steps: number): void {
    this.#isRunning = false
    this.expectedSteps = Math.ceil(1.1 * steps) + 1
  }

  /** A larger place, with the first `kept` numbers of this one. */
  grow(doubles: number, kept: number): void {
    const larger: Regions = { addresses: [], bytes: 0 }
    const start = reserveFor(larger, 8 * doubles) / 8
    const memory = kernelMemory.float64()
    if (kept > 0 && this.#capacity > 0) memory.copyWithin(start, this.start, this.start + kept)
    free(this.regions)
    this.regions.addresses.push(...larger.addresses)
    this.regions.bytes = larger.bytes
    this.#capacity = doubles
  }

  readonly release = (): void => {
    if (this.#isRunning) return
    this.#occupant?.deref()?.leave()
    this.#occupant = undefined
    this.#capacity = 0
    free(this.regions)
  }
}

/** The steps of one solve, in a seat until another one takes it. */
class SeatedMemory implements StepMemory {
  readonly expectedSteps: number
  used = 0
  isSwept = false
  isLost = false
  #seat: TrajectorySeat | undefined
  #host = new HostMemory()

  constructor(seat: TrajectorySeat) {
    this.#seat = seat
    this.expectedSteps = seat.expectedSteps
  }

  get data(): Float64Array {
    return this.#seat === undefined ? this.#host.data : kernelMemory.float64()
  }

  get start(): number {
    return this.#seat === undefined ? 0 : this.#seat.start
  }

  get capacity(): number {
    return this.#seat === undefined ? this.#host.capacity : this.#seat.capacity
  }

  grow(doubles: number, kept: number): void {
    if (this.#seat !== undefined && this.#grewInPlace(doubles, kept)) return
    this.#host.grow(doubles, kept)
  }

  finish(steps: number): void {
    this.#seat?.rest(steps)
  }

  /** Where the kernel memory has no more room, the steps go on in the host. */
  #grewInPlace(doubles: number, kept: number): boolean {
    try {
      this.#seat!.grow(doubles, kept)
      return true
    } catch (error) {
      if (!(error instanceof KernelMemoryError)) throw error
      this.used = kept
      this.#seat!.rest(0)
      this.leave()
      return false
    }
  }

  leave(): void {
    if (this.#seat === undefined) return
    const { start } = this.#seat
    if (this.isSwept) this.isLost = true
    else this.#host.data = kernelMemory.float64().slice(start, start + this.used)
    this.#seat = undefined
  }
}
