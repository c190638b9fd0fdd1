import { maxDifference, randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs,
  abs2,
  add,
  at,
  checkRule,
  complex,
  cond,
  conj,
  div,
  DtypeError,
  exp,
  grad,
  jit,
  jvp,
  less,
  mul,
  ShapeError,
  sub,
  tensor,
  toTensor,
  TracingError,
  vjp,
  type CadError,
  type Tensor,
} from '@cad/core'
import { graphOf } from '../../src/trace.ts'
import { errorOf } from '../error-of.ts'

type Arguments = readonly [z: Tensor, k: Tensor]

/** Inside the unit disk k conj z, outside exp(k)/z: neither is holomorphic in both, and k is caught. */
const piecewise = ([z, k]: Arguments): { w: Tensor; size: Tensor } =>
  cond(
    less(abs2(z), 1),
    (own) => ({ w: mul(k, conj(own)), size: abs2(k) }),
    (own) => ({ w: div(exp(k), own), size: mul(abs(own), 0.5) }),
    z,
  )

const written = ([z, k]: Arguments): { w: Tensor; size: Tensor } =>
  Number(abs2(z).item()) < 1 ? { w: mul(k, conj(z)), size: abs2(k) } : { w: div(exp(k), z), size: mul(abs(z), 0.5) }

const points: readonly (readonly [string, Arguments])[] = [
  ['inside', [complex(0.3, -0.5), complex(0.4, 0.9)]],
  ['outside', [complex(1.3, -0.5), complex(0.4, 0.9)]],
]

describe('cond', () => {
  it.each(points)(
    'equals the branch that is written out, in value, jvp and vjp, eager and compiled: %s',
    (_, point) => {
      const tangents = [complex(0.3, -1), complex(0.2, 0.1)] as const
      const seeds = { w: complex(0.7, 0.2), size: -0.4 }
      // The same few operations.
      for (const f of [piecewise, jit(piecewise)]) {
        expect(relativeDifference(f(point), written(point))).toBeLessThan(1e-15)
        expect(relativeDifference(jvp(f)(point, tangents).tangent, jvp(written)(point, tangents).tangent)).toBeLessThan(
          1e-15,
        )
        expect(relativeDifference(vjp(f)(point).pullback(seeds), vjp(written)(point).pullback(seeds))).toBeLessThan(
          1e-15,
        )
      }
    },
  )

  it.each(points)('passes checkRule at order 2, closures included: %s', (_, point) => {
    for (const apply of [piecewise, jit(piecewise)]) {
      const { identity, difference } = checkRule((z: Tensor, k: Tensor) => {
        const { w, size } = apply([z, k])
        return [w, size]
      }, point)
      expect(identity).toBeLessThan(1e-12)
      expect(difference).toBeLessThan(1e-8) // exp and 1/z near 1
    }
  })

  it('takes any number for true but 0', () => {
    const choose = (p: number): unknown =>
      cond(
        p,
        () => 1,
        () => 2,
      ).item()
    expect([1, -0.5, NaN, 0, -0].map(choose)).toEqual([1, 1, 1, 2, 2])
  })

  it('takes several trees as operands, and none', () => {
    const f = cond(
      1,
      ({ a }, [b, c]) => ({ s: add(a, b), list: [c, 1] }),
      ({ a }) => ({ s: a, list: [a, a] }),
      { a: 1 },
      [2, 3],
    )
    expect([f.s.item(), ...f.list.map((x) => x.item())]).toEqual([3, 3, 1])
    expect(
      cond(
        0,
        () => undefined,
        () => undefined,
      ),
    ).toBeUndefined()
  })

  it('is one node, whatever the branches do with caught values', () => {
    const graph = graphOf(([z, k]) => {
      const { w, size } = piecewise([z, k])
      return [w, size]
    }, points[0][1])
    expect(graph.nodes.map(({ primitive }) => primitive.name)).toEqual(['abs2', 'less', 'cond'])
  })

  it('compiles a new closure with the same graph no second time', () => {
    const branchesOf = (k: number): unknown => {
      const graph = graphOf(
        ([x]) => [
          cond(
            x,
            (y) => mul(k, y),
            (y) => y,
            x,
          ),
        ],
        [toTensor(1)],
      )
      return (graph.nodes[0].params as { branches: unknown }).branches
    }
    branchesOf(2)
    expect(branchesOf(3)).toBe(branchesOf(4))
  })
})

describe('cond in a closure of a closure', () => {
  it('finds the values of all levels, with their derivatives', () => {
    const f = (a: Tensor, b: Tensor): Tensor =>
      cond(
        less(abs(a), 2),
        () => {
          const c = mul(a, conj(b))
          return cond(
            less(abs(b), 2),
            (d) => add(mul(c, d), mul(a, a)),
            (d) => mul(d, b),
            exp(c),
          )
        },
        () => sub(a, b),
      )
    const args = [randomComplex([2], 1), randomComplex([2], 2)].map((x) => at(x, 0))
    const [a, b] = args
    const c = mul(a, conj(b))
    expect(maxDifference(f(a, b), add(mul(c, exp(c)), mul(a, a)))).toBeLessThan(1e-15) // the same operations
    const { identity, difference } = checkRule(f, [a, b])
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })
})

describe('cond refuses', () => {
  const x = tensor([1, 2])
  const cases: readonly [string, () => unknown, new (...args: never) => CadError, RegExp][] = [
    [
      'branches with different dtypes',
      () =>
        cond(
          1,
          () => ({ p: 1, q: 2 }),
          () => ({ p: 1, q: complex(1) }),
        ),
      DtypeError,
      /^cond: both branches must give the same types; for leaf \.q onTrue gives float64 \[\], onFalse complex128 \[\]\. .*complex\(x\)/,
    ],
    [
      'branches with different shapes',
      () =>
        cond(
          1,
          () => x,
          () => 1,
        ),
      ShapeError,
      /for the value onTrue gives float64 \[2\], onFalse float64 \[\]\. Use broadcastTo/,
    ],
    [
      'branches with different keys',
      () =>
        cond(
          1,
          () => ({ p: 1 }),
          () => ({ q: 1 }) as never,
        ),
      ShapeError,
      /^cond: both branches must give the same structure; onTrue gives \{ p: • \}, onFalse \{ q: • \}/,
    ],
    [
      'a complex predicate',
      () =>
        cond(
          complex(1),
          () => 1,
          () => 2,
        ),
      DtypeError,
      /^cond: the predicate must be a real number, 0 for false, got complex128 \[\]/,
    ],
    [
      'a predicate for each element',
      () =>
        cond(
          less(x, 2),
          () => 1,
          () => 2,
        ),
      ShapeError,
      /^cond: the predicate must be one number, shape \[\], got float64 \[2\]\. .*where/,
    ],
    [
      'a question for a value',
      () =>
        cond(
          1,
          (y) => (Number(y.item()) > 0 ? 1 : 2),
          () => 2,
          1,
        ),
      TracingError,
      /item\(\).*only being traced/,
    ],
  ]

  it.each(cases)('%s', (_, f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toMatch(message)
    expect(grad((y: Tensor) => mul(y, y))(3).item()).toBe(6) // nothing is left open
  })
})
