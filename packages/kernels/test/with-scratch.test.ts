import { describe, expect, it } from 'vitest'
import { arena } from '../src/arena.ts'
import { kernelMemory } from '../src/memory.ts'
import { withScratch } from '../src/with-scratch.ts'

const tooMuch = kernelMemory.maximumByteLength / 8

describe('withScratch', () => {
  it('gives blocks in their order, each padded to 64 bytes, and returns what is made of them', () => {
    const base = arena.mark()
    const addresses = withScratch([3, 0, 9, 8], (addresses) => [...addresses])
    expect(addresses).toEqual([base, base + 64, base + 64, base + 192])
  })

  it('keeps the blocks while it runs, also from a call inside, and gives them back after', () => {
    const before = arena.mark()
    withScratch([10], ([outer]) => {
      withScratch([1], ([inner]) => expect(inner).toBeGreaterThanOrEqual(outer + 80))
      expect(arena.mark()).toBeGreaterThanOrEqual(outer + 80)
    })
    expect(arena.mark()).toBe(before)
  })

  it('gives the blocks back when its function throws, and lets the error through', () => {
    const before = arena.mark()
    const failing = () => {
      throw new RangeError('from inside')
    }
    expect(() => withScratch([10], failing)).toThrow('from inside')
    expect(arena.mark()).toBe(before)
  })

  it('is undefined, without a call, where the memory has no room for all blocks', () => {
    const before = arena.mark()
    let called = false
    const result = withScratch([8, tooMuch], () => {
      called = true
      return 1
    })
    expect(result).toBeUndefined()
    expect(called).toBe(false)
    expect(arena.mark()).toBe(before)
  })

  it('runs without blocks too', () => {
    expect(withScratch([], (addresses) => addresses.length)).toBe(0)
  })
})
