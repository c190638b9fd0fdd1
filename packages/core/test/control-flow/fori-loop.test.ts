import { maxDifference, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  add,
  ArgumentError,
  checkRule,
  complex,
  conj,
  DtypeError,
  exp,
  foriLoop,
  grad,
  jit,
  jvp,
  mul,
  pow,
  sqrtCheckpoints,
  tensor,
  toTensor,
  vjp,
  type Tensor,
} from '@cad/core'
import { graphOf } from '../../src/trace.ts'
import { errorOf } from '../error-of.ts'

const z = complex(0.7, -0.4)

describe('foriLoop', () => {
  it('computes 10!, and zⁿ with its derivative n zⁿ⁻¹', () => {
    expect(foriLoop(1, 11, (i, product) => mul(i, product), 1).item()).toBe(3_628_800)
    const power = (x: Tensor): Tensor => foriLoop(0, 9, (_, c) => mul(x, c), complex(1))
    expect(maxDifference(power(z), pow(z, 9))).toBeLessThan(1e-15) // nine products of numbers below 1
    expect(maxDifference(vjp(power)(z).pullback(complex(1)), conj(mul(9, pow(z, 8))))).toBeLessThan(1e-14)
  })

  const body =
    (k: Tensor) =>
    (i: Tensor, { c, s }: { c: Tensor; s: Tensor }) => ({
      c: add(mul(k, conj(c)), mul(0.1, i)),
      s: add(s, exp(mul(k, c))),
    })
  const loop = (k: Tensor, c: Tensor): readonly Tensor[] => {
    const last = foriLoop(-2, 4, body(k), { c, s: complex(0) })
    return [last.c, last.s]
  }
  const written = (k: Tensor, c: Tensor): readonly Tensor[] => {
    let state = { c, s: complex(0) }
    for (let i = -2; i < 4; i++) state = body(k)(toTensor(i), state)
    return [state.c, state.s]
  }
  const traced = jit((upper: Tensor, k: Tensor, c: Tensor): readonly Tensor[] => {
    const last = foriLoop(-2, upper, body(k), { c, s: complex(0) })
    return [last.c, last.s]
  })
  const point = [z, complex(0.2, 0.9)] as const

  it('equals the loop that is written out, in value, jvp and vjp: eager, compiled, and with a bound known only at run time', () => {
    const own = (f: (k: Tensor, c: Tensor) => readonly Tensor[]) => (x: readonly [Tensor, Tensor]) => f(...x)
    const expected = own(written)
    const tangents = [complex(0.3, 1), complex(-1, 0.2)] as const
    const seeds = [complex(0.3, 0.8), complex(1, -0.2)]
    // Sums of six terms near 1, in another order.
    for (const f of [loop, jit(loop), (k: Tensor, c: Tensor) => traced(toTensor(4), k, c)].map(own)) {
      expect(relativeDifference(f(point), expected(point))).toBeLessThan(1e-14)
      expect(relativeDifference(jvp(f)(point, tangents).tangent, jvp(expected)(point, tangents).tangent)).toBeLessThan(
        1e-14,
      )
      const pulled = vjp(f)(point).pullback(seeds)
      expect(relativeDifference(pulled, vjp(expected)(point).pullback(seeds))).toBeLessThan(1e-14)
    }
  })

  it('passes checkRule at order 2, with bounds of both kinds', () => {
    for (const f of [loop, (k: Tensor, c: Tensor) => traced(toTensor(3), k, c)]) {
      const { identity, difference } = checkRule(f, point)
      expect(identity).toBeLessThan(1e-12)
      expect(difference).toBeLessThan(1e-8) // exponentials of numbers near 1
    }
  })

  it('is one node: a scan, or a while loop where a bound is only traced', () => {
    const names = (f: (x: Tensor) => Tensor): string[] =>
      graphOf(([x]) => [f(x)], [toTensor(1)]).nodes.map(({ primitive }) => primitive.name)
    expect(names((x) => foriLoop(0, 3, (_, c) => mul(x, c), 1))).toEqual(['scan'])
    expect(names((x) => foriLoop(x, 3, (_, c) => mul(2, c), 1))).toEqual(['whileLoop'])
  })

  it('reads a bound that has a value, and gives it no derivative', () => {
    expect(grad((x: Tensor) => foriLoop(0, x, (_, c) => mul(x, c), 1))(3).item()).toBe(27) // of x · x · x for 3 turns
  })

  it('runs no step where there is none', () => {
    expect(foriLoop(3, 3, (_, c) => mul(2, c), 5).item()).toBe(5)
    expect(foriLoop(3, 1, (_, c) => mul(2, c), 5).item()).toBe(5)
    expect(jit((n: Tensor) => foriLoop(3, n, (_, c) => mul(2, c), 5))(toTensor(1)).item()).toBe(5)
  })

  it('takes √N checkpoints', () => {
    const f = (x: Tensor): Tensor =>
      foriLoop(0, 30, (i, c) => add(mul(x, conj(c)), i), x, { checkpoints: sqrtCheckpoints })
    const g = (x: Tensor): Tensor => foriLoop(0, 30, (i, c) => add(mul(x, conj(c)), i), x)
    const seed = complex(1, 2)
    expect(relativeDifference(vjp(f)(z).pullback(seed), vjp(g)(z).pullback(seed))).toBeLessThan(1e-14) // another order of sums
  })

  it.each([
    [
      () => foriLoop(0.5, 3, (_, c) => c, 1),
      ArgumentError,
      /^foriLoop: lower must be an integer, got 0\.5\. Round it outside/,
    ],
    [() => foriLoop(0, Infinity, (_, c) => c, 1), ArgumentError, /^foriLoop: upper must be an integer, got Infinity/],
    [
      () => foriLoop(0, complex(3), (_, c) => c, 1),
      DtypeError,
      /^foriLoop: upper must be one real number, an integer, got complex128 \[\]/,
    ],
    [
      () => foriLoop(0, tensor([3]), (_, c) => c, 1),
      DtypeError,
      /^foriLoop: upper must be one real number, an integer, got float64 \[1\]/,
    ],
    [
      () => foriLoop(0, 3, (_, c) => ({ x: mul(c.x, z) }), { x: 1 }),
      DtypeError,
      /^foriLoop: the carry must keep its types; leaf \.x was float64/,
    ],
    [
      () => jit((n: Tensor) => foriLoop(0, n, (_, c) => ({ x: mul(c.x, z) }), { x: 1 }))(toTensor(2)),
      DtypeError,
      /^foriLoop: the carry must keep its types; leaf \.carry\.x was float64/,
    ],
  ])('refuses what does not fit', (f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toMatch(message)
  })
})
