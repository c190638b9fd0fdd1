import { describe, expect, it } from 'vitest'
import { KernelMemory, kernelMemory } from '../src/memory.ts'

const PAGE = 65536

describe('KernelMemory', () => {
  it('grows on demand and keeps data and addresses', () => {
    const memory = new KernelMemory(1, 8)
    memory.float64()[5] = 1.25
    memory.int32()[100] = -3
    expect(memory.ensure(3 * PAGE)).toBe(true)
    expect(memory.byteLength).toBeGreaterThanOrEqual(3 * PAGE)
    expect(memory.float64()[5]).toBe(1.25)
    expect(memory.int32()[100]).toBe(-3)
    expect(memory.float64().length).toBe(memory.byteLength / 8)
  })

  it('gives fresh views after growth, also by somebody else, where the old ones are detached', () => {
    const memory = new KernelMemory(1, 8)
    const before = memory.float64()
    memory.shared().grow(1)
    expect(before.length).toBe(0)
    expect(memory.float64().length).toBe((2 * PAGE) / 8)
  })

  it('gives the same view as long as nothing grows', () => {
    const memory = new KernelMemory(1, 8)
    expect(memory.ensure(PAGE)).toBe(true)
    expect(memory.float64()).toBe(memory.float64())
  })

  it('refuses what lies beyond its limit and stays as it is', () => {
    const memory = new KernelMemory(1, 2)
    memory.float64()[0] = 1
    expect(memory.ensure(2 * PAGE + 1)).toBe(false)
    expect(memory.byteLength).toBe(PAGE)
    expect(memory.float64()[0]).toBe(1)
    expect(memory.ensure(2 * PAGE)).toBe(true)
  })

  it('is one for the process, with room for three complex 1024 × 1024 operands', () => {
    expect(kernelMemory.shared()).toBe(kernelMemory.shared())
    expect(kernelMemory.byteLength).toBeGreaterThan(3 * 16 * 1024 * 1024)
  })
})
