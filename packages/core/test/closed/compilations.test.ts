import {
  abs2,
  complex,
  cond,
  customRule,
  derivative,
  exp,
  grad,
  jit,
  mul,
  scan,
  sum,
  tensor,
  vmap,
  type Tensor,
} from '@cad/core'
import { compilationCount, type Target } from '@cad/core/compiler'
import { randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'

/** Programs built by each of these calls. */
const built = (calls: readonly (() => unknown)[]): number[] =>
  calls.map((run) => {
    const before = compilationCount()
    run()
    return compilationCount() - before
  })

const times = (n: number, run: () => unknown): (() => unknown)[] => Array.from({ length: n }, () => run)
const targets: readonly (Target | undefined)[] = [undefined, 'js', 'wasm', 'interpreter']
const point = tensor(complex(-0.3, 2))

describe.each(targets)('a loop of new closures, target %s', (target) => {
  const options = target === undefined ? {} : { target }

  it('with derivative inside compiles once: its check is no new one each time', () => {
    const loop = times(4, () => jit((z: Tensor) => derivative((x) => exp(mul(x, x)))(z), options)(point))
    expect(built(loop)).toEqual([1, 0, 0, 0])
  })

  it('with control flow inside compiles the loop and its body once', () => {
    const body = (): unknown =>
      jit(
        (z: Tensor) => scan((c) => ({ carry: mul(c, z) }), complex(1), undefined, { length: 3 }).carry,
        options,
      )(point)
    const [first, ...others] = built(times(4, body))
    expect(first).toBeGreaterThan(0)
    expect(others).toEqual([0, 0, 0])
  })

  it('takes constants as inputs when they change, so compiles at most twice', () => {
    const loop = [1, 2, 3, 4].map((k) => () => grad(jit((z: Tensor) => sum(abs2(exp(mul(z, k)))), options))(point))
    const [first, second, ...others] = built(loop)
    expect(second).toBeLessThanOrEqual(first)
    expect(others).toEqual([0, 0])
  })
})

describe('what is told apart', () => {
  it('a jitted function of trees that print alike has a program for each', () => {
    const f = jit((tree: Readonly<Record<string, number>>) => ({ ...tree }) as unknown as Record<string, Tensor>)
    expect(Object.keys(f({ 'a: •, b': 1, c: 2 }))).toEqual(['a: •, b', 'c'])
    expect(Object.keys(f({ a: 1, 'b: •, c': 2 }))).toEqual(['a', 'b: •, c'])
  })

  it('rules of one function from those of another, by the object that holds them', () => {
    const rulesOf = (factor: number) => ({
      jvp: (_args: unknown, [dz]: readonly Tensor[]) => mul(factor, dz),
      vjp: (_args: unknown, _value: unknown, bar: Tensor) => [mul(factor, bar)],
    })
    const slope = (factor: number): number => {
      const f = customRule((z: Tensor) => mul(1, z), rulesOf(factor))
      return Number(grad(jit((z: Tensor) => sum(f(z))))(1).item())
    }
    expect([slope(2), slope(3), slope(2)]).toEqual([2, 3, 2])
  })
})

describe('vmap of a jitted function', () => {
  it('is one program for all examples, not one an example', () => {
    const f = jit((z: Tensor) => sum(exp(z)))
    const Z = randomComplex([50, 4], 1)
    expect(built([() => vmap(f)(Z), () => vmap(f)(Z)])).toEqual([1, 0])
  })

  it('runs a branch for all where the choice is the same for all', () => {
    let traced = 0
    const f = (z: Tensor): Tensor =>
      cond(
        1,
        (x) => (traced++, exp(x)),
        (x) => mul(2, x),
        z,
      )
    vmap(f)(randomComplex([7], 2))
    expect(traced).toBe(1)
  })
})
