import { afterEach, describe, expect, it } from 'vitest'
import { currentBackend, embeddedBackend, useBackend } from '../src/index.ts'
import type { Backend } from '../src/index.ts'

afterEach(() => {
  useBackend(embeddedBackend)
})

describe('useBackend', () => {
  it('begins with the embedded backend', () => {
    expect(currentBackend()).toBe(embeddedBackend)
    expect(currentBackend().name).toBe('embedded')
  })

  it('replaces it as a whole, until it is put back', () => {
    const other: Backend = { ...embeddedBackend, name: 'other' }
    useBackend(other)
    expect(currentBackend()).toBe(other)
    useBackend(embeddedBackend)
    expect(currentBackend()).toBe(embeddedBackend)
  })
})
