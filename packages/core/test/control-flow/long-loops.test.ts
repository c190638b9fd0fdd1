import { maxDifference, relativeDifference } from '@cad/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  add,
  complex,
  conj,
  div,
  mul,
  scan,
  sqrtCheckpoints,
  storeAll,
  sub,
  vjp,
  type Checkpoints,
  type ScanOptions,
  type Tensor,
} from '@cad/core'
import type { ScanBody } from '../../src/control-flow/scan-body.ts'
import { type Graph } from '../../src/primitive.ts'
import { graphOf } from '../../src/trace.ts'

const a = complex(0.6, 0.5)

/** Numbers in the largest output of a node, in this graph and in the bodies of its loops. */
function largestStored(graph: Graph): number {
  return graph.nodes.reduce((largest, { outputs, params }) => {
    const own = outputs.reduce((most, { size }) => Math.max(most, size), 0)
    const { body } = (params ?? {}) as { body?: ScanBody }
    return Math.max(largest, own, body === undefined ? 0 : largestStored(body.f.graph))
  }, 0)
}

describe('a long loop', () => {
  afterEach(() => vi.unstubAllGlobals())

  const decay =
    (length: number, options: ScanOptions = {}) =>
    (q: Tensor) =>
      scan((c) => ({ carry: add(mul(q, c), 1) }), complex(0), undefined, { length, ...options }).carry

  /** How many arrays of numbers f makes. */
  function arraysMadeBy(f: () => unknown): number {
    let made = 0
    class Counted extends Float64Array {
      constructor(...args: [number]) {
        super(...args)
        made++
      }
    }
    vi.stubGlobal('Float64Array', Counted)
    f()
    vi.unstubAllGlobals()
    return made
  }

  it.each([{}, { checkpoints: sqrtCheckpoints }])('of 10⁵ steps runs, and so does its gradient', (options) => {
    const length = 100_000
    expect(maxDifference(decay(length)(a), div(1, sub(1, a)))).toBeLessThan(1e-15) // a fixed point
    const expected = conj(div(1, mul(sub(1, a), sub(1, a))))
    expect(relativeDifference(vjp(decay(length, options))(a).pullback(complex(1)), expected)).toBeLessThan(1e-14)
  })

  it('allocates nothing in a step', () => {
    const run = (length: number): number => arraysMadeBy(() => vjp(decay(length))(a).pullback(complex(1)))
    run(10) // compiles
    expect(run(1000)).toBe(run(10))
  })

  it('stores N carries, or with sqrtCheckpoints √N', () => {
    const pulled = (options: ScanOptions): number =>
      largestStored(graphOf(([q]) => [vjp(decay(100_000, options))(q).pullback(complex(1))], [a]))
    expect(pulled({})).toBe(100_000)
    expect(pulled({ checkpoints: sqrtCheckpoints })).toBeLessThan(320) // 316 segments of 316 steps, and 144 steps
    expect(largestStored(graphOf(([q]) => [decay(100_000)(q)], [a]))).toBe(1)
  })

  it('takes segments of any length, and refuses one that is no length', () => {
    const thirds: Checkpoints = { name: 'thirds', segmentLength: (length) => Math.ceil(length / 3) }
    const pulled = (checkpoints: Checkpoints): Tensor => vjp(decay(50, { checkpoints }))(a).pullback(complex(1))
    expect(relativeDifference(pulled(thirds), pulled(storeAll))).toBeLessThan(1e-14) // another order of sums
    const half: Checkpoints = { name: 'half', segmentLength: (length) => length / 4 }
    expect(() => pulled(half)).toThrow(/^half: segmentLength must give an integer ≥ 1, got 12\.5 for 50 steps/)
  })
})
