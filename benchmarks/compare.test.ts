import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compare } from './compare.ts'

describe('compare, cases that loop inside or are measured elsewhere', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'))
    vi.stubEnv('BENCH_RESULTS', folder)
    vi.spyOn(console, 'log').mockImplementation(() => {})
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  it('divides the times of its cases, and no others, by the number of calls', async () => {
    const calls = 1e6
    const cases = { waits: () => waitFor(2) }
    const medians = await compare('calls', {
      expected: '2 ns',
      calls,
      cases,
      measured: { elsewhere: 3 },
      maxTime: 0.05,
    })
    expect(medians.elsewhere).toBe(3)
    expect(medians.waits).toBeGreaterThanOrEqual(2e-3 / calls)
    expect(medians.waits).toBeLessThan(1 / calls) // 2 ms, and time for a machine that is busy
  })

  it('takes ratios among times that were all measured elsewhere', async () => {
    const medians = await compare('no cases', { expected: '', cases: {}, measured: { first: 4, second: 1 } })
    expect(medians).toEqual({ first: 4, second: 1 })
  })
})

function waitFor(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}
