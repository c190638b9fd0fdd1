import { exp, jit, mul, sum, tensor, type Tensor } from '@cad/core'
import { graphOf, residentBytes } from '@cad/core/compiler'
import { arena, KernelMemoryError } from '@cad/kernels'
import { randomReal, relativeDifference } from '@cad/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { plainLayout } from '../../../src/compile/graph/layout.ts'
import { compileGraph } from '../../../src/compile/program.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const wide = randomReal([150_000], 1)
const graphWith = (k: number) => graphOf(([x]) => [mul(exp(mul(k, x)), x)], [wide])

describe('the memory of compiled loops', () => {
  it('is given back when a program is released, and taken anew by its next run', () => {
    const graph = graphWith(0.5)
    const before = residentBytes()
    const program = compileGraph(graph, plainLayout(graph))
    expect(program.form).toBe('loops')
    const held = residentBytes() - before
    expect(held).toBeGreaterThan(8 * wide.size)
    const run = (): Tensor => {
      const out = new Float64Array(wide.size)
      program.run(wide.data, out)
      return tensor(out)
    }
    const first = run()
    program.release!()
    expect(residentBytes()).toBe(before)
    expect(relativeDifference(run(), first)).toBe(0)
    expect(residentBytes() - before).toBe(held)
    program.release!()
  })

  it('is bounded: many programs over large arrays take turns, and all go on working', () => {
    // Sixty programs of some 10 MB each; 512 MB is the most that all hold.
    const x = randomReal([1_200_000], 2)
    const programs = Array.from({ length: 60 }, (_, i) => {
      const turns = Array.from({ length: i + 1 })
      const graph = graphOf(([y]) => [sum(turns.reduce<Tensor>((z) => mul(0.5, z), y))], [x])
      return { program: compileGraph(graph, plainLayout(graph)), scale: 0.5 ** (i + 1) }
    })
    const out = new Float64Array(1)
    const expected = x.data.reduce((total, y) => total + y, 0)
    for (const { program, scale } of [...programs, programs[0], programs[30]]) {
      program.run(x.data, out)
      expect(out[0] / scale).toBeCloseTo(expected, 7) // a sum of 1.2e6 numbers below 1, in another order
      expect(residentBytes()).toBeLessThanOrEqual(512 * 2 ** 20)
    }
    for (const { program } of programs) program.release!()
  })

  it('falls back to loops in JavaScript where there is no room', () => {
    vi.spyOn(arena, 'reserve').mockImplementation(() => {
      throw new KernelMemoryError('arena.reserve: no room')
    })
    const f = jit((x: Tensor) => sum(mul(exp(x), x)))
    const x = randomReal([120_000], 3)
    const expected = x.data.reduce((total, y) => total + Math.exp(y) * y, 0)
    expect(Number(f(x).item()) / expected).toBeCloseTo(1, 10) // another order of the sum
    expect(f.explain()).toMatch(/target: js, loops \(.*the kernel memory has no room for its arrays\)/)
  })
})
