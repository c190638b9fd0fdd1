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

  it('says what fits, and is unchanged by a request that does not', () => {
    const { arena } = smallArena()
    const mark = arena.mark()
    expect(arena.fits(7 * DOUBLES_IN_A_PAGE)).toBe(true)
    expect(arena.fits(8 * DOUBLES_IN_A_PAGE)).toBe(false)
    expect(() => arena.allocate(8 * DOUBLES_IN_A_PAGE)).toThrow(KernelMemoryError)
    expect(() => arena.allocate(8 * DOUBLES_IN_A_PAGE)).toThrow(
      /^arena\.allocate: expected room for 524288 bytes, got a memory of \d+ bytes \(limit 524288\) with 128 in use\. Release/,
    )
    expect(arena.mark()).toBe(mark)
    expect(arena.allocate(8)).toBe(mark)
  })

  it('refuses a permanent region that is too large', () => {
    const { arena } = smallArena()
    expect(() => arena.reserve(8 * PAGE)).toThrow(KernelMemoryError)
    expect(() => arena.reserve(8 * PAGE)).toThrow(/^arena\.reserve: expected room for/)
  })

  it('never hands out a permanent region as scratch space', () => {
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

  it('keeps permanent regions when scratch space is released', () => {
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
})
