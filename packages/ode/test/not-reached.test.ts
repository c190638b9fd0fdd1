import { abs2, DerivativeError, grad, jit, less, mul, square, sum, tensor, vmap, where, type Tensor } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { IntegrationError, solveIvp } from '../src/index.ts'

/** y' = a y², y(0) = 1: y = 1/(1 − a t) blows up at t = 1/a. */
const times = [0.5, 1, 2]
const blowUp = (a: Tensor) =>
  solveIvp<Tensor>((_t, y, p) => mul(p, square(y)), [0, 2], 1, { args: a, saveAt: times, rtol: 1e-8, throws: false })

const reachedLoss = (a: Tensor): Tensor => {
  const { ys, reached } = blowUp(a)
  const mask = less(tensor([0, 1, 2]), reached)
  return sum(abs2(where(mask, ys, 0)))
}
/** Σ y² over the first `rows` times, and its derivative Σ 2 y t y². */
const exactLoss = (a: number, rows: number): number =>
  times.slice(0, rows).reduce((total, t) => total + 1 / (1 - a * t) ** 2, 0)
const exactSlope = (a: number, rows: number): number =>
  times.slice(0, rows).reduce((total, t) => total + (2 * t) / (1 - a * t) ** 3, 0)

describe('throws: false', () => {
  it('gives what was reached, and how many that are', () => {
    const good = blowUp(tensor(0.25))
    expect([good.reached.item(), good.ys.shape, good.status?.kind]).toEqual([3, [3], 'success'])
    const bad = blowUp(tensor(0.8))
    expect([bad.reached.item(), bad.ys.shape, bad.ts.toArray()]).toEqual([2, [2], [0.5, 1]])
    expect(bad.status?.kind).not.toBe('success')
  })

  it('has NaN in the rows that were not reached under jit, where shapes are fixed', () => {
    const compiled = jit((a: Tensor) => {
      const { ys, reached, status } = blowUp(a)
      expect(status).toBeNull()
      return { ys, reached }
    })
    expect(compiled(tensor(0.25)).reached.item()).toBe(3)
    const { ys, reached } = compiled(tensor(0.8))
    expect(reached.item()).toBe(2)
    expect([...ys.data].map(Number.isNaN)).toEqual([false, false, true])
  })

  it('does not end a batch for one of its examples', () => {
    const result = vmap((a: Tensor) => blowUp(a).ys)(tensor([0.25, 0.8, 0.1]))
    expect([...result.data].map(Number.isNaN)).toEqual([false, false, false, false, false, true, false, false, false])
    expect(vmap((a: Tensor) => blowUp(a).reached)(tensor([0.25, 0.8])).toArray()).toEqual([3, 2])
  })

  it.each([0.25, 0.8])(
    'has the gradient of the rows that were reached, eager, compiled and in a batch: a = %d',
    (a) => {
      const rows = a === 0.25 ? 3 : 2
      const ways = [grad(reachedLoss), jit(grad(reachedLoss)), grad(jit(reachedLoss))]
      for (const way of a === 0.25 ? ways : ways.slice(1)) {
        expect(Number(way(tensor(a)).item()) / exactSlope(a, rows)).toBeCloseTo(1, 5) // rtol 1e-8, y up to 5
      }
      expect(Number(jit(reachedLoss)(tensor(a)).item()) / exactLoss(a, rows)).toBeCloseTo(1, 6)
      const batch = vmap((p: Tensor) => grad(reachedLoss)(p))(tensor([a, 0.1]))
      expect(batch.data[0] / exactSlope(a, rows)).toBeCloseTo(1, 5)
    },
  )

  it('refuses a derivative of a row that was not reached', () => {
    const loss = jit((a: Tensor) => sum(blowUp(a).ys))
    expect(() => grad(loss)(tensor(0.8))).toThrow(DerivativeError)
    expect(() => grad(loss)(tensor(0.8))).toThrow('Leave those rows out, before anything is computed of them')
  })

  it('is not the default: then a failed solve is an error in every mode', () => {
    const run = (a: Tensor): Tensor => solveIvp<Tensor>((_t, y, p) => mul(p, square(y)), [0, 2], 1, { args: a }).ys
    for (const way of [run, jit(run), (a: Tensor) => vmap(run)(tensor([Number(a.item())]))])
      expect(() => way(tensor(0.8))).toThrow(IntegrationError)
  })
})
