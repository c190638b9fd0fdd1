import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compare, formatSuite, formatTime, sink } from '../benchmarks/compare.ts'

/** Adds square roots: n of them take some n times as long as one. */
const roots = (n: number) => (): number => {
  let total = 0
  for (let i = 0; i < n; i++) total += Math.sqrt(i)
  return total
}

describe('compare', () => {
  let folder = ''
  let printed: string[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'))
    printed = []
    vi.stubEnv('BENCH_RESULTS', folder)
    vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  it('gives medians, prints the table alone, and writes both to the JSON of the run', async () => {
    const cases = { few: roots(1000), many: roots(50_000) }
    const medians = await compare('square roots', { expected: 'many = 50 × few', cases, maxTime: 0.05 })
    expect(medians.few).toBeGreaterThan(0)
    expect(medians.many).toBeGreaterThan(medians.few) // 50 times as much work: no noise turns that round
    expect(sink.value).toBeTypeOf('number')

    const [file] = readdirSync(folder)
    const { suites, ...run } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    expect(run).toMatchObject({
      node: process.version,
      cpu: expect.any(String),
      date: expect.stringMatching(/^\d{4}-/),
    })
    expect(suites).toEqual([
      {
        title: 'square roots',
        expected: 'many = 50 × few',
        baseline: 'few',
        cases: [
          { name: 'few', median: medians.few, ratio: 1 },
          { name: 'many', median: medians.many, ratio: medians.many / medians.few },
        ],
      },
    ])
    expect(printed).toEqual([formatSuite(suites[0])])
  })

  it('takes ratios to the baseline that was named, and times a case that returns a function as any other', async () => {
    const cases = { few: () => roots(3), many: roots(20_000) }
    await compare('a named baseline', { expected: 'few is less', baseline: 'many', cases, maxTime: 0.05 })
    expect(printed[0]).toMatch(/many .* 1\.00 × {2}\(baseline\)/)
    expect(sink.value).toBeTypeOf('number')
  })

  it('refuses a baseline that is no case, a case that throws, and a promise', async () => {
    const fails = (): never => {
      throw new RangeError('singular')
    }
    await expect(compare('t', { expected: '', baseline: 'no', cases: { a: roots(1) } })).rejects.toThrow(
      "baseline 'no'",
    )
    await expect(compare('t', { expected: '', cases: {} })).rejects.toThrow('is not one of its cases')
    await expect(compare('t', { expected: '', cases: { fails } })).rejects.toThrow('singular')
    const later = (): Promise<void> => Promise.resolve()
    await expect(compare('t', { expected: '', cases: { later } })).rejects.toThrow("'later' of 't' returns a promise")
  })

  it.each([
    [2.5, '2.50 s'],
    [0.123, '123 ms'],
    [4.56e-5, '45.6 µs'],
    [7e-9, '7.00 ns'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(formatTime(seconds)).toBe(text)
  })
})
