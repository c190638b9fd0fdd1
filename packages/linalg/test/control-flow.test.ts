import { abs, add, at, checkRule, cond, conj, jit, less, mul, scan, whileLoop, type Tensor } from '@cad/core'
import { maxDifference, randomComplex, randomWellConditioned } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { solve } from '../src/index.ts'

const A = randomWellConditioned(3, 1)
const b = randomComplex([3], 2)

/** b ← A⁻¹ conj b, three times: A is factored outside of the loop, once. */
const scanned = (M: Tensor, c: Tensor): Tensor =>
  scan((x) => ({ carry: solve(M, conj(x)) }), c, undefined, { length: 3 }).carry

describe('solve in the body of a loop', () => {
  const cases: readonly (readonly [string, (M: Tensor, c: Tensor) => Tensor])[] = [
    ['with a matrix that is caught', scanned],
    ['with a constant matrix', (_, c) => scanned(A, c)],
    [
      'with a matrix that changes',
      (M, c) => scan((x) => ({ carry: solve(add(M, mul(0.1, x)), conj(x)) }), c, undefined, { length: 3 }).carry,
    ],
    [
      'in a while loop',
      (M, c) =>
        whileLoop(
          ({ n }) => less(n, 3),
          ({ n, x }) => ({ n: add(n, 1), x: solve(M, conj(x)) }),
          { n: 0, x: c },
        ).x,
    ],
    [
      'in a branch',
      (M, c) =>
        cond(
          less(abs(at(c, 0)), 10),
          (x) => solve(M, x),
          () => solve(mul(0, M), c),
          c,
        ),
    ],
  ]

  it.each(cases)('passes checkRule at order 2, eager and compiled: %s', (_, f) => {
    for (const apply of [f, jit(f)]) {
      const { identity, difference } = checkRule(apply, [A, b])
      expect(identity).toBeLessThan(1e-12)
      expect(difference).toBeLessThan(1e-8) // κ(A) ≤ 3
    }
  })

  it('gives what the solves give one after the other', () => {
    const expected = solve(A, conj(solve(A, conj(solve(A, conj(b))))))
    expect(maxDifference(scanned(A, b), expected)).toBe(0)
  })

  it('does not run in the branch that is not taken: a singular matrix there is no error', () => {
    const zero = mul(0, A)
    expect(
      maxDifference(
        cond(
          1,
          () => b,
          () => solve(zero, b),
        ),
        b,
      ),
    ).toBe(0)
    expect(() =>
      cond(
        0,
        () => b,
        () => solve(zero, b),
      ),
    ).toThrow(/singular/)
  })
})
