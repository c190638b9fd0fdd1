import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { abs2, complex, grad, jit, mul, sum, type Tensor } from '@cad/core'
import { residentBytes } from '@cad/core/compiler'
import { arena, kernelMemory } from '@cad/kernels'
import { solve } from '@cad/linalg'
import { randomComplex, randomWellConditioned } from '@cad/testing'
import { expect, it } from 'vitest'
import { solveIvp } from '../src/index.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use once everything that nobody holds is gone: collected twice, with time for what runs after a collection. */
async function bytesInUse(): Promise<{ heap: number; arrays: number; kernel: number }> {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const kernel = kernelMemory.byteLength
  return { heap: heapUsed, arrays: arrayBuffers - kernel, kernel }
}

it('a loop of losses with new closures and matrices holds no more memory after 10 000 than after 2 000', async () => {
  const y0 = randomComplex([2], 1)
  const loss = (i: number): void => {
    const M = randomWellConditioned(2, i)
    const own = (p: Tensor): Tensor =>
      sum(abs2(solveIvp((_t, y) => mul(p, solve(M, y)), [0, 0.2], y0, { rtol: 1e-3 }).ys))
    grad(i % 2 === 0 ? own : jit(own))(complex(-0.3, i / 1e4))
  }
  let i = 0
  for (; i < 2000; i++) loss(i)
  const before = await bytesInUse()
  const [resident, reserved] = [residentBytes(), arena.reservedBytes]
  for (; i < 10_000; i++) loss(i)
  const after = await bytesInUse()
  expect(after.heap - before.heap).toBeLessThan(2 ** 20)
  expect(after.arrays - before.arrays).toBeLessThan(2 ** 20)
  expect(after.kernel).toBe(before.kernel)
  expect([residentBytes(), arena.reservedBytes]).toEqual([resident, reserved])
}, 300_000)
