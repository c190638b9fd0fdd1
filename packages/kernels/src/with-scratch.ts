import { alignUp, arena } from './arena.ts'

/**
 * Runs `use` with scratch space in the kernel memory, which goes back when `use` returns or throws.
 *
 *     const found = withScratch([2 * n * n, n], ([A, w]) => {
 *       const view = kernelMemory.float64() // here, not before: taking the space may have grown the memory
 *       …
 *     })
 *
 * @param doubles the size of each block; they follow each other in this order, each padded to 64 bytes.
 * @param use gets the address of each block in bytes, a multiple of 64; the contents are undefined.
 * @returns what `use` returns; undefined if the memory has no room, and then `use` was not called.
 */
export function withScratch<R>(doubles: readonly number[], use: (addresses: readonly number[]) => R): R | undefined {
  let bytes = 0
  for (const size of doubles) bytes += alignUp(8 * size)
  const mark = arena.mark()
  const start = arena.tryAllocate(bytes / 8)
  if (start === undefined) return undefined
  try {
    return use(blockAddresses(start, doubles))
  } finally {
    arena.release(mark)
  }
}

function blockAddresses(start: number, doubles: readonly number[]): number[] {
  const addresses: number[] = []
  let address = start
  for (const size of doubles) {
    addresses.push(address)
    address += alignUp(8 * size)
  }
  return addresses
}
