import { maxDifference, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs,
  abs2,
  add,
  ArgumentError,
  checkRule,
  complex,
  conj,
  DtypeError,
  div,
  grad,
  greater,
  jit,
  jvp,
  less,
  mul,
  reciprocal,
  scan,
  ShapeError,
  sqrt,
  sqrtCheckpoints,
  StepLimitError,
  sub,
  tensor,
  toTensor,
  TracingError,
  vjp,
  whileLoop,
  type CadError,
  type Tensor,
  type WhileOptions,
} from '@cad/core'
import { graphOf } from '../../src/trace.ts'
import { errorOf } from '../error-of.ts'

const everywhere: readonly (readonly [string, WhileOptions])[] = [
  ['stored carries', {}],
  ['√N carries', { checkpoints: sqrtCheckpoints }],
]

/** Newton's z ← (z + a/z)/2 until |z² − a| is small. */
const newton =
  (options: WhileOptions) =>
  (a: Tensor): Tensor =>
    whileLoop(
      (z) => greater(abs(sub(mul(z, z), a)), 1e-14),
      (z) => mul(0.5, add(z, div(a, z))),
      complex(1),
      options,
    )

type Arguments = readonly [k: Tensor, z: Tensor]

/** z ← z² + k conj z while |z|² < limit; not holomorphic; the steps are counted in a real leaf. */
const escape =
  (options: WhileOptions) =>
  ([k, start]: Arguments): readonly [Tensor, Tensor] => {
    const { z, n } = whileLoop(
      ({ z }) => less(abs2(z), 20),
      ({ z, n }) => ({ z: add(mul(z, z), mul(k, conj(z))), n: add(n, abs(z)) }),
      { z: start, n: 0 },
      options,
    )
    return [z, n]
  }

const written = ([k, start]: Arguments): readonly [Tensor, Tensor] => {
  let [z, n] = [start, toTensor(0)]
  while (Number(abs2(z).item()) < 20) [z, n] = [add(mul(z, z), mul(k, conj(z))), add(n, abs(z))]
  return [z, n]
}

const point: Arguments = [complex(0.9, 0.3), complex(0.2, 0.3)]

describe('whileLoop', () => {
  it.each(everywhere)('finds √a by Newton, and its derivative 1/(2√a): %s', (_, options) => {
    const a = complex(0.4, 1.7)
    const root = newton(options)
    expect(maxDifference(root(a), sqrt(a))).toBeLessThan(1e-14) // the loop ends there
    const slope = reciprocal(mul(2, sqrt(a)))
    // The last step alone fixes the derivative: a quadratic convergence leaves rounding.
    expect(maxDifference(jvp(root)(a, complex(0, 1)).tangent, mul(complex(0, 1), slope))).toBeLessThan(1e-14)
    expect(maxDifference(vjp(root)(a).pullback(complex(1)), conj(slope))).toBeLessThan(1e-14)
  })

  it.each(everywhere)(
    'equals the loop that is written out, in value, jvp and vjp, eager and compiled: %s',
    (_, options) => {
      const tangents = [complex(0.3, -1), complex(0.2, 0.1)] as const
      const seeds = [complex(0.7, 0.2), -0.4] as const
      expect(escape(options)(point)[0].item()).not.toEqual(point[1].item())
      // The same operations, some ten of them in a chain, in another order of sums.
      for (const f of [escape(options), jit(escape(options))]) {
        expect(relativeDifference(f(point), written(point))).toBeLessThan(1e-14)
        const pushed = jvp(f)(point, tangents).tangent
        expect(relativeDifference(pushed, jvp(written)(point, tangents).tangent)).toBeLessThan(1e-14)
        const pulled = vjp(f)(point).pullback(seeds)
        expect(relativeDifference(pulled, vjp(written)(point).pullback(seeds))).toBeLessThan(1e-14)
      }
    },
  )

  it.each(everywhere)('passes checkRule at order 2, closures included: %s', (_, options) => {
    // |z|² ends at some hundreds, far from the limit: the number of steps does not change.
    const { identity, difference } = checkRule((k: Tensor, z: Tensor) => escape(options)([k, z]), point)
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it('has a compiled gradient, whose trip count is known only when it runs, and a gradient of that', () => {
    const loss = (k: Tensor, z: Tensor): Tensor => abs2(escape({})([k, z])[0])
    const first = jit((k: Tensor, z: Tensor) => grad((own: Tensor) => loss(own, z))(k))
    expect(relativeDifference(first(...point), grad(loss)(...point))).toBeLessThan(1e-14)
    expect(relativeDifference(first(point[0], complex(2, 3)), grad(loss)(point[0], complex(2, 3)))).toBeLessThan(1e-14)
    const { identity, difference } = checkRule(first, point)
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it('differentiates in the body of a scan, where each step takes its own number of turns', () => {
    const double = (z: Tensor): Tensor =>
      whileLoop(
        (c) => less(abs2(c), 10),
        (c) => mul(z, conj(c)),
        z,
      )
    const all = (zs: Tensor): Tensor => scan((_, z: Tensor) => ({ carry: undefined, y: double(z) }), undefined, zs).ys
    const zs = tensor([complex(1.5, 0.2), complex(3, 4), complex(-1.2, 1)])
    const { identity, difference } = checkRule(all, [zs])
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it('that never runs gives init, with the derivative 1', () => {
    const never = (z: Tensor): Tensor =>
      whileLoop(
        () => 0,
        (c) => div(c, 0),
        z,
      )
    expect(never(complex(1, 2)).item()).toEqual({ re: 1, im: 2 })
    expect(vjp(never)(complex(1, 2)).pullback(complex(0, 3)).item()).toEqual({ re: 0, im: 3 })
    expect(jvp(never)(complex(1, 2), complex(0, 3)).tangent.item()).toEqual({ re: 0, im: 3 })
    expect(
      whileLoop(
        () => 0,
        (c) => mul(2, c),
        1,
        { maxSteps: 0 },
      ).item(),
    ).toBe(1)
  })

  it('is one node', () => {
    const graph = graphOf(([k, z]) => escape({})([k, z]), point)
    expect(graph.nodes.map(({ primitive }) => primitive.name)).toEqual(['whileLoop'])
  })

  it('runs 10⁵ steps, forward and back', () => {
    const f = (q: Tensor): Tensor =>
      whileLoop(
        ({ n }) => less(n, 100_000),
        ({ c, n }) => ({ c: add(mul(q, c), 1), n: add(n, 1) }),
        { c: complex(0), n: 0 },
      ).c
    const q = complex(0.6, 0.5)
    const slope = reciprocal(mul(sub(1, q), sub(1, q)))
    expect(relativeDifference(vjp(f)(q).pullback(complex(1)), conj(slope))).toBeLessThan(1e-14) // a fixed point
  })
})

describe('whileLoop refuses', () => {
  const cases: readonly [string, () => unknown, new (...args: never) => CadError, RegExp][] = [
    [
      'more steps than maxSteps, and says where it is then',
      () =>
        whileLoop(
          ({ x }) => less(x, 10),
          ({ x, z }) => ({ x: mul(0.5, x), z }),
          { x: 1, z: complex(1, 2) },
          { maxSteps: 3 },
        ),
      StepLimitError,
      /^whileLoop: the condition still holds after maxSteps = 3 steps, where \.x = 0\.125, \.z = \[1, 2\]\. Check that the body/,
    ],
    [
      'a first step beyond maxSteps = 0',
      () =>
        whileLoop(
          (x) => less(x, 10),
          (x) => x,
          1,
          { maxSteps: 0 },
        ),
      StepLimitError,
      /after maxSteps = 0 steps, where the carry = 1\./,
    ],
    [
      'a complex condition',
      () =>
        whileLoop(
          (z) => z,
          (z) => z,
          complex(1),
        ),
      DtypeError,
      /^whileLoop: the predicate must be a real number, 0 for false, got complex128 \[\]\. .*abs, real or imag/,
    ],
    [
      'a condition for each element',
      () =>
        whileLoop(
          (x) => less(x, 1),
          (x) => x,
          tensor([1, 2]),
        ),
      ShapeError,
      /^whileLoop: the predicate must be one number, shape \[\], got float64 \[2\]\. .*where/,
    ],
    [
      'a carry that becomes complex',
      () =>
        whileLoop(
          ({ x }) => less(x, 1),
          ({ x }) => ({ x: complex(x, 1) }),
          { x: 1 },
        ),
      DtypeError,
      /^whileLoop: the carry must keep its types; leaf \.x was float64 \[\] and became complex128 \[\]\./,
    ],
    [
      'no carry',
      () =>
        whileLoop(
          () => 1,
          () => undefined,
          undefined,
        ),
      ArgumentError,
      /^whileLoop: expected an init with tensors, got none\./,
    ],
    [
      'a limit that is none',
      () =>
        whileLoop(
          (x) => less(x, 1),
          (x) => x,
          1,
          { maxSteps: NaN },
        ),
      ArgumentError,
      /^whileLoop: maxSteps must be a number ≥ 0, got NaN\./,
    ],
    [
      'a question for a value',
      () =>
        whileLoop(
          (x) => (Number(x.item()) < 1 ? 1 : 0),
          (x) => x,
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
  })
})
