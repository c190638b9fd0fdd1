import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Arena, KernelMemoryError } from '../src/arena.ts'
import { KernelMemory } from '../src/memory.ts'

const PAGE = 65536
const DOUBLES_IN_A_PAGE = PAGE / 8

function smallArena(base = 100) {
  const memory = new KernelMemory(1, 8)
  return { memory, arena: new Arena(memory, base) }
}

describe('Arena', () => {
  it('gives disjoint addresses at multiples of 64, beyond its base', () => {
    const { arena } = smallArena(100)
    const [first, second, third] = [arena.allocate(3), arena.allocate(9), arena.allocate(1)]
    expect([first, second, third]).toEqual([128, 192, 320])
  })

  it('nests marks: release gives back what came after, and only that', () => {
    const { arena } = smallArena()
    arena.allocate(8)
    const outer = arena.mark()
    const a = arena.allocate(8)
    const inner = arena.mark()
    const b = arena.allocate(8)
    arena.release(inner)
    expect(arena.allocate(8)).toBe(b)
    arena.release(outer)
    expect(arena.allocate(8)).toBe(a)
  })

  it('refuses a mark that was given back already', () => {
    const { arena } = smallArena()
    const outer = arena.mark()
    arena.allocate(8)
    const inner = arena.mark()
    arena.release(outer)
    expect(() => arena.release(inner)).toThrow(KernelMemoryError)
    expect(() => arena.release(inner)).toThrow(
      /^arena\.release: expected a mark .* got \d+\. Release marks in the reverse/,
    )
  })

  it('grows the memory when it is full, and the data stay', () => {
    const { arena, memory } = smallArena()
    const at = arena.allocate(4) / 8
    memory.float64().set([1, 2, 3, 4], at)
    const next = arena.allocate(3 * DOUBLES_IN_A_PAGE)
    expect(memory.byteLength).toBeGreaterThanOrEqual(next + 3 * PAGE)
    expect([...memory.float64().subarray(at, at + 4)]).toEqual([1, 2, 3, 4])
  })

  it('is unchanged by a request that does not fit', () => {
    const { arena } = smallArena()
    const mark = arena.mark()
    expect(arena.tryAllocate(8 * DOUBLES_IN_A_PAGE)).toBeUndefined()
    expect(() => arena.allocate(8 * DOUBLES_IN_A_PAGE)).toThrow(KernelMemoryError)
    expect(() => arena.allocate(8 * DOUBLES_IN_A_PAGE)).toThrow(
      /^arena\.allocate: expected room for 524288 bytes, got a memory of \d+ bytes \(limit 524288\) with 128 in use\. Release/,
    )
    expect(arena.mark()).toBe(mark)
    expect(arena.tryAllocate(7 * DOUBLES_IN_A_PAGE)).toBe(mark)
  })

  it('refuses a reserved region that is too large', () => {
    const { arena } = smallArena()
    expect(() => arena.reserve(8 * PAGE)).toThrow(KernelMemoryError)
    expect(() => arena.reserve(8 * PAGE)).toThrow(/^arena\.reserve: expected room for/)
  })

  it('never hands out a reserved region as scratch space', () => {
    const { arena, memory } = smallArena()
    const taken: [start: number, end: number][] = []
    const take = (start: number, bytes: number) => {
      expect(start % 64).toBe(0)
      expect(start + bytes).toBeLessThanOrEqual(memory.byteLength)
      for (const [from, to] of taken) expect(start >= to || start + bytes <= from).toBe(true)
      taken.push([start, start + bytes])
    }
    take(arena.reserve(1000), 1000)
    take(arena.allocate(100), 800)
    take(arena.reserve(10), 10)
    take(arena.allocate(DOUBLES_IN_A_PAGE), PAGE) // steps over the regions at the end of the first page
    take(arena.reserve(2 * PAGE), 2 * PAGE)
    take(arena.allocate(DOUBLES_IN_A_PAGE), PAGE)
    take(arena.reserve(1000), 1000)
    take(arena.allocate(10), 80)
  })

  it('keeps reserved regions when scratch space is released', () => {
    const { arena, memory } = smallArena()
    const mark = arena.mark()
    arena.allocate(1000)
    const region = arena.reserve(64) / 8
    memory.float64().fill(7, region, region + 8)
    arena.release(mark)
    const scratch = arena.allocate(3 * DOUBLES_IN_A_PAGE)
    memory.float64().fill(0, scratch / 8, scratch / 8 + 3 * DOUBLES_IN_A_PAGE)
    expect([...memory.float64().subarray(region, region + 8)]).toEqual(Array(8).fill(7))
  })

  it('counts what is reserved, each region as a multiple of 64 bytes', () => {
    const { arena } = smallArena()
    const [first, second] = [arena.reserve(1), arena.reserve(100)]
    expect(arena.reservedBytes).toBe(64 + 128)
    arena.free(first)
    expect(arena.reservedBytes).toBe(128)
    arena.free(second)
    expect(arena.reservedBytes).toBe(0)
  })

  it('reserves in what was freed before anything else', () => {
    const { arena } = smallArena()
    const [, middle] = [arena.reserve(100), arena.reserve(200), arena.reserve(100)]
    arena.free(middle)
    expect(arena.reserve(200)).toBe(middle)
  })

  it.each([
    [0, 1],
    [1, 0],
  ])('joins freed neighbours, in either order (%i first)', (...order) => {
    const { arena } = smallArena()
    arena.reserve(64)
    const pair = [arena.reserve(128), arena.reserve(192)]
    arena.reserve(64)
    for (const i of order) arena.free(pair[i])
    expect(arena.reserve(128 + 192)).toBe(pair[1]) // regions go downwards, so the second of the pair is the lower one
  })

  it('gives freed regions to the stack', () => {
    const { arena, memory } = smallArena(0)
    const whole = arena.reserve(PAGE)
    expect(whole).toBe(0)
    arena.free(whole)
    expect(arena.allocate(DOUBLES_IN_A_PAGE)).toBe(0)
    expect(memory.byteLength).toBe(PAGE)
  })

  it('gives empty regions addresses of their own', () => {
    const { arena } = smallArena()
    const [first, second] = [arena.reserve(0), arena.reserve(0)]
    expect(first).not.toBe(second)
    arena.free(first)
    arena.free(second)
  })

  it('refuses to free what is not reserved, or no longer', () => {
    const { arena } = smallArena()
    const scratch = arena.allocate(8)
    const region = arena.reserve(128)
    for (const address of [scratch, region + 64, NaN]) expect(() => arena.free(address)).toThrow(KernelMemoryError)
    arena.free(region)
    expect(() => arena.free(region)).toThrow(KernelMemoryError)
    expect(() => arena.free(region)).toThrow(
      /^arena\.free: expected the address of a reserved region, got \d+\. Free every region once, by the address/,
    )
  })

  it('keeps what is live apart in any order of requests, and has all of it back in the end', () => {
    fc.assert(fc.property(fc.array(request, { maxLength: 80 }), checkRequests), { numRuns: 300 })
  })
})

type Request = readonly [kind: 'reserve' | 'free' | 'allocate' | 'release', amount: number]

/** Bytes, doubles or, of the present regions and marks, the number of one. Some requests do not fit into eight pages. */
const request: fc.Arbitrary<Request> = fc.tuple(
  fc.constantFrom('reserve', 'free', 'allocate', 'release'),
  fc.oneof(fc.nat(300), fc.nat(3 * PAGE)),
)

function checkRequests(requests: readonly Request[]): void {
  const { arena, memory } = smallArena(0)
  const regions: Region[] = []
  const stack: (Region & { readonly mark: number })[] = []
  for (const [kind, amount] of requests) {
    if (kind === 'free' && regions.length > 0) {
      arena.free(regions.splice(amount % regions.length, 1)[0].start)
    } else if (kind === 'release' && stack.length > 0) {
      arena.release(stack.splice(amount % stack.length)[0].mark)
    } else if (kind === 'reserve') {
      const start = unlessFull(() => arena.reserve(amount))
      if (start !== undefined) regions.push({ start, end: start + amount })
    } else if (kind === 'allocate') {
      const mark = arena.mark()
      const start = unlessFull(() => arena.allocate(amount / 8))
      if (start !== undefined) stack.push({ start, end: start + amount, mark })
    }
    expectDisjoint([...regions, ...stack], memory.byteLength)
  }
  arena.release(0)
  for (const { start } of regions) arena.free(start)
  expect(arena.reservedBytes).toBe(0)
  const size = memory.byteLength
  expect(arena.reserve(size)).toBe(0)
  expect(memory.byteLength).toBe(size)
}

interface Region {
  readonly start: number
  readonly end: number
}

function expectDisjoint(live: readonly Region[], byteLength: number): void {
  const sorted = live.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)
  sorted.forEach(({ start, end }, i) => {
    expect(start % 64).toBe(0)
    expect(end).toBeLessThanOrEqual(sorted[i + 1]?.start ?? byteLength)
  })
}

function unlessFull(request: () => number): number | undefined {
  try {
    return request()
  } catch (error) {
    expect(error).toBeInstanceOf(KernelMemoryError)
    return undefined
  }
}
