/** Which compiled programs hold kernel memory, and who gives it back when room is needed. */
import { arena, KernelMemoryError } from '@cad/kernels'

/** The kernel memory that one program holds; given back by `release`, or when nobody can run the program any more. */
export interface Regions {
  readonly addresses: number[]
  bytes: number
}

/** A program that can be built again: its memory may be taken from it while it does not run. */
export interface Resident {
  readonly regions: Regions
  /** Number of its last run, in the order of all runs. */
  lastRun: number
  /** Gives its memory back, unless it runs just now. */
  readonly release: () => void
}

/** All programs together keep at most this many bytes; beyond it those go that have not run for the longest. */
const mostBytes = 512 * 2 ** 20

const residents = new Set<WeakRef<Resident>>()
let heldBytes = 0
let runs = 0

const abandoned = new FinalizationRegistry<Regions>(free)

/** Bytes of kernel memory that compiled programs hold now. */
export const residentBytes = (): number => heldBytes

/** From now on the program may lose its memory; `nextRun` is to be noted in each run. */
export function enter(program: Resident): void {
  residents.add(new WeakRef(program))
  abandoned.register(program, program.regions)
}

export const nextRun = (): number => ++runs

/**
 * A region for a program, at which others may lose theirs.
 *
 * @throws KernelMemoryError if there is no room even so.
 */
export function reserveFor(regions: Regions, bytes: number): number {
  if (heldBytes + bytes > mostBytes) makeRoom(bytes, mostBytes)
  let address: number
  try {
    address = arena.reserve(bytes)
  } catch (error) {
    if (!(error instanceof KernelMemoryError)) throw error
    makeRoom(Infinity, mostBytes)
    address = arena.reserve(bytes)
  }
  regions.addresses.push(address)
  regions.bytes += bytes
  heldBytes += bytes
  return address
}

/** Gives back all that a program holds. */
export function free(regions: Regions): void {
  for (const address of regions.addresses) arena.free(address)
  regions.addresses.length = 0
  heldBytes -= regions.bytes
  regions.bytes = 0
}

/** Releases programs, those first that have not run for the longest, until `bytes` more stay within `limit`. */
function makeRoom(bytes: number, limit: number): void {
  const living: Resident[] = []
  for (const reference of residents) {
    const program = reference.deref()
    if (program === undefined) residents.delete(reference)
    else if (program.regions.bytes > 0) living.push(program)
  }
  living.sort((a, b) => a.lastRun - b.lastRun)
  for (const program of living) {
    if (heldBytes + bytes <= limit) return
    program.release()
  }
}
