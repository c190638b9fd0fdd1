import { maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  at,
  checkRule,
  complex,
  conj,
  div,
  exp,
  grad,
  jit,
  jvp,
  mul,
  real,
  scan,
  sin,
  sqrtCheckpoints,
  stack,
  storeAll,
  sub,
  sum,
  tensor,
  toTensor,
  vjp,
  ArgumentError,
  type CadError,
  DtypeError,
  ShapeError,
  TracingError,
  type ScanOptions,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { graphOf } from '../../src/trace.ts'
import { errorOf } from '../error-of.ts'

const a = complex(0.6, 0.5)
const everywhere: readonly (readonly [string, ScanOptions])[] = [
  ['stored carries', {}],
  ['reverse', { reverse: true }],
  ['√N carries', { checkpoints: sqrtCheckpoints }],
  ['√N carries, reverse', { checkpoints: sqrtCheckpoints, reverse: true }],
]

describe('scan has the closed form of', () => {
  it.each(everywhere)('the geometric series and its derivative, %s', (_, options) => {
    const n = 37
    const series = (q: Tensor): Tensor =>
      scan((c) => ({ carry: add(mul(q, c), 1) }), complex(0), undefined, { ...options, length: n }).carry
    // (1 − qⁿ)/(1 − q)
    const power = exp(mul(n, complex(Math.log(Math.hypot(0.6, 0.5)), Math.atan2(0.5, 0.6))))
    const expected = div(sub(1, power), sub(1, a))
    expect(relativeDifference(series(a), expected)).toBeLessThan(1e-14) // 37 roundings of numbers near 1
    // d/dq = (Σ − n qⁿ⁻¹)/(1 − q), holomorphic: the pullback of 1 is its conjugate
    const slope = div(sub(expected, div(mul(n, power), a)), sub(1, a))
    expect(relativeDifference(vjp(series)(a).pullback(complex(1)), conj(slope))).toBeLessThan(1e-13) // weights up to 37
    expect(relativeDifference(jvp(series)(a, complex(0, 1)).tangent, mul(complex(0, 1), slope))).toBeLessThan(1e-13)
  })

  it('a product of complex factors: ∂|Π aᵢ|² is 2 |Π aᵢ|²/conj aᵢ', () => {
    const factors = add(1, mul(0.3, randomComplex([20], 1)))
    const product = (x: Tensor): Tensor => scan((c, factor) => ({ carry: mul(factor, c) }), complex(1), x).carry
    const size = abs2(product(factors))
    const expected = div(mul(2, size), conj(factors))
    expect(relativeDifference(grad((x: Tensor) => abs2(product(x)))(factors), expected)).toBeLessThan(1e-14) // 40 products
  })

  it('the logistic map: the derivative is Π r (1 − 2xᵢ)', () => {
    const orbit = (x: Tensor): { carry: Tensor; ys: Tensor } =>
      scan((c) => ({ carry: mul(3.2, mul(c, sub(1, c))), y: c }), x, undefined, { length: 25 })
    const { ys } = orbit(toTensor(0.3))
    const expected = ys.data.reduce((product, x) => product * 3.2 * (1 - 2 * x), 1)
    const slope = grad((x: Tensor) => orbit(x).carry)(0.3)
    expect(slope.dtype).toBe('float64')
    expect(Math.abs(Number(slope.item()) / expected - 1)).toBeLessThan(1e-13) // 25 factors, each to a few ε
  })

  it('a body that is not holomorphic: c ← a conj c twice is |a|² c', () => {
    const twice = (z: Tensor): Tensor =>
      scan((c) => ({ carry: mul(z, conj(c)) }), complex(2, -1), undefined, { length: 6 }).carry
    const size = 0.6 ** 2 + 0.5 ** 2
    expect(relativeDifference(twice(a), mul(size ** 3, complex(2, -1)))).toBeLessThan(1e-15) // 6 products
    // d(|a|⁶ c) along ȧ is 6 |a|⁴ Re(conj a ȧ) c
    const expected = mul(6 * size ** 2, mul(real(mul(conj(a), complex(1, 2))), complex(2, -1)))
    expect(relativeDifference(jvp(twice)(a, complex(1, 2)).tangent, expected)).toBeLessThan(1e-14)
  })
})

type Arguments = readonly [c: Tensor, x: Tensor, k: Tensor]
type Results = readonly [carry: Tensor, count: Tensor, ys: Tensor]

const point: Arguments = [randomComplex([2], 1), randomReal([7, 2], 2), randomComplex([2], 3)]

/** A body that is not holomorphic, on a tree of a complex and a real leaf, with a closure. */
const bodyOf =
  (k: Tensor) =>
  ({ z, r }: { z: Tensor; r: Tensor }, x: Tensor): { carry: { z: Tensor; r: Tensor }; y: Tensor } => ({
    carry: { z: add(mul(k, conj(z)), mul(0.3, sin(x))), r: add(mul(0.5, r), sum(abs2(z))) },
    y: mul(r, add(z, x)),
  })

const scanned =
  (options: ScanOptions) =>
  ([c, x, k]: Arguments): Results => {
    const { carry, ys } = scan(bodyOf(k), { z: c, r: 0.1 }, x, options)
    return [carry.z, carry.r, ys]
  }

const unrolled =
  ({ reverse = false }: ScanOptions) =>
  ([c, x, k]: Arguments): Results => {
    let carry: { z: Tensor; r: Tensor } = { z: c, r: toTensor(0.1) }
    const rows = [...Array(x.shape[0]).keys()]
    const ys: Tensor[] = []
    for (const i of reverse ? rows.reverse() : rows) {
      const step = bodyOf(k)(carry, at(x, i))
      carry = step.carry
      ys[i] = step.y
    }
    return [carry.z, carry.r, stack(ys)]
  }

describe('scan', () => {
  it.each(everywhere)(
    'equals the loop that is written out, in value, jvp and vjp, eager and compiled: %s',
    (_, options) => {
      const tangents = [randomComplex([2], 4), randomReal([7, 2], 5), randomComplex([2], 6)] as const
      const seeds = [randomComplex([2], 7), toTensor(0.7), randomComplex([7, 2], 8)] as const
      const [loop, written] = [scanned(options), unrolled(options)]
      // The same operations in another order of sums, of numbers near 1.
      for (const f of [loop, jit(loop)]) {
        expect(relativeDifference(f(point), written(point))).toBeLessThan(1e-14)
        const pushed = jvp(f)(point, tangents).tangent
        expect(relativeDifference(pushed, jvp(written)(point, tangents).tangent)).toBeLessThan(1e-14)
        const pulled = vjp(f)(point).pullback(seeds)
        expect(relativeDifference(pulled, vjp(written)(point).pullback(seeds))).toBeLessThan(1e-14)
      }
    },
  )

  it.each(everywhere)('passes checkRule at order 2, closures included: %s', (_, options) => {
    // Polynomials and sines of numbers near 1: five-point differences reach 1e-9.
    const { identity, difference } = checkRule((...args: [Tensor, Tensor, Tensor]) => scanned(options)(args), point)
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it.each([0, 1, 2, 3, 4, 5, 9])('has the same derivatives with √N carries, length %i', (length) => {
    const at_ = [point[0], randomReal([length, 2], 2), point[2]] as const
    for (const reverse of [false, true]) {
      const seeds = [randomComplex([2], 7), toTensor(0.7), randomComplex([length, 2], 8)] as const
      const [all, few] = [storeAll, sqrtCheckpoints].map((checkpoints) =>
        vjp(scanned({ checkpoints, reverse }))(at_).pullback(seeds),
      )
      expect(relativeDifference(few, all)).toBeLessThan(1e-14) // k̄ is summed in another order
    }
  })

  it('of length 0 gives init and empty ys, and the derivative of that', () => {
    const empty: Arguments = [point[0], randomReal([0, 2], 1), point[2]]
    const [z, r, ys] = scanned({})(empty)
    expect(maxDifference(z, point[0])).toBe(0)
    expect(r.item()).toBe(0.1)
    expect(ys.shape).toEqual([0, 2])
    const seed = randomComplex([2], 3)
    const bars = vjp(scanned({}))(empty).pullback([seed, 1, ys])
    expect(maxDifference(bars[0], seed)).toBe(0)
    expect(bars[1].shape).toEqual([0, 2])
    expect(maxDifference(bars[2], tensor([0, 0]))).toBe(0)
  })

  it('does without a carry, without xs, without y, and without any of them', () => {
    const squares = scan((_, x: Tensor) => ({ carry: undefined, y: mul(x, x) }), undefined, tensor([1, 2, 3]))
    expect(squares.carry).toBeUndefined()
    expect(squares.ys.toArray()).toEqual([1, 4, 9])
    expect(
      grad((x: Tensor) => sum(scan((_, r: Tensor) => ({ carry: [], y: mul(r, r) }), [], x).ys))(
        tensor([1, 2]),
      ).toArray(),
    ).toEqual([2, 4])
    const constant = scan(() => ({ carry: undefined, y: 2 }), undefined, undefined, { length: 3 })
    expect(constant.ys.toArray()).toEqual([2, 2, 2])
    const nothing = scan(() => ({ carry: undefined }), undefined, undefined, { length: 3 })
    expect(nothing.ys).toBeUndefined()
    const doubled = scan(({ z }) => ({ carry: { z: mul(2, z) } }), { z: 1 }, undefined, { length: 10 })
    expect(doubled.carry.z.item()).toBe(1024)
  })

  it('takes trees with numbers, and gives trees of tensors', () => {
    const { carry, ys } = scan(
      ([p, q], { dx }) => ({ carry: [q, add(p, dx)], y: { p, pair: [q, 1] } }),
      [complex(0), complex(1)],
      { dx: tensor([1, 2, 3]) },
    )
    const pair: readonly [Tensor, Tensor] = ys.pair // typed as what the body gives
    expect(carry.map((x) => x.item())).toEqual([
      { re: 3, im: 0 },
      { re: 4, im: 0 },
    ])
    expect(pair[1].toArray()).toEqual([1, 1, 1])
    expect(real(ys.p).toArray()).toEqual([0, 1, 1])
  })

  it('embeds a real leaf of the next carry where the carry is complex', () => {
    const last = scan(() => ({ carry: 2 }), complex(1, 1), undefined, { length: 1 }).carry
    expect(last.item()).toEqual({ re: 2, im: 0 })
  })

  it('is one node, and so are its derivatives', () => {
    const graph = graphOf(([c, x, k]) => scanned({})([c, x, k]), point)
    expect(graph.nodes.map(({ primitive }) => primitive.name)).toEqual(['scan'])
    const names = graphOf(([c, x, k]) => vjp(scanned({}))([c, x, k]).pullback([c, 1, zerosLike([7, 2])]), point).nodes
    // one scan that stores the carries, one that walks back
    expect(names.filter(({ primitive }) => primitive.name === 'scan')).toHaveLength(2)
  })

  it('traces its body once for all steps, and compiles a new closure with the same graph no second time', () => {
    let traced = 0
    const run = (k: number): { body: unknown; value: number } => {
      const f = (x: Tensor): Tensor =>
        scan((c) => ({ carry: (traced++, mul(k, add(x, c))) }), 1, undefined, { length: 50 }).carry
      const graph = graphOf(([x]) => [f(x)], [toTensor(1)])
      const body: unknown = (graph.nodes[0].params as { body: { f: unknown } }).body.f
      return { body, value: Number(f(toTensor(0)).item()) }
    }
    const [first, second, third] = [run(0.5), run(0.25), run(0.125)]
    expect(traced).toBe(6)
    expect(third.body).toBe(second.body) // the constant has become an input
    expect([first.value, second.value, third.value]).toEqual([0.5 ** 50, 0.25 ** 50, 0.125 ** 50])
  })
})

const zerosLike = (shape: readonly number[]): Tensor => randomComplex(shape, 9)

describe('scan refuses', () => {
  const rows = tensor([1, 2, 3])
  const cases: readonly [string, () => unknown, new (...args: never) => CadError, RegExp][] = [
    [
      'a real carry that becomes complex',
      () => scan(({ z }) => ({ carry: { z: mul(a, z) } }), { z: 1 }, rows),
      DtypeError,
      /^scan: the carry must keep its types; leaf \.z was float64 \[\] and became complex128 \[\]\. .*complex\(x\)/,
    ],
    [
      'a leaf that changes its shape',
      () => scan(([p, q], x) => ({ carry: [add(p, rows), mul(q, x)] }), [1, 2], rows),
      ShapeError,
      /^scan: the carry must keep its types; leaf \[0\] was float64 \[\] and became float64 \[3\]\./,
    ],
    [
      'a carry with other keys',
      () => scan(() => ({ carry: { y: 1 } }) as never, { x: 1 }, rows),
      ShapeError,
      /^scan: the carry must keep its structure; it was \{ x: • \} and became \{ y: • \}\./,
    ],
    [
      'xs of unequal lengths',
      () => scan((c) => ({ carry: c }), 1, { p: rows, q: tensor([1, 2]) }),
      ShapeError,
      /^scan: all xs must have the same number of rows; leaf \.q of shape \[2\] has 2, and leaf \.p has 3\./,
    ],
    [
      'xs that do not fit the length',
      () => scan((c) => ({ carry: c }), 1, rows, { length: 4 }),
      ShapeError,
      /the value of shape \[3\] has 3, and length is 4\./,
    ],
    [
      'xs without an axis',
      () => scan((c) => ({ carry: c }), 1, { k: 2 }),
      ShapeError,
      /^scan: expected xs with an axis to scan over, got shape \[\] for leaf \.k\. .*closure/,
    ],
    [
      'neither xs nor length',
      () => scan((c) => ({ carry: c }), 1, undefined),
      ArgumentError,
      /^scan: without xs the number of steps is not known\. .*length/,
    ],
    [
      'a length that is none',
      () => scan((c) => ({ carry: c }), 1, undefined, { length: 1.5 }),
      ArgumentError,
      /^scan: length must be an integer ≥ 0, got 1\.5\./,
    ],
    [
      'a body without carry',
      () => scan((c) => c as never, 1, rows),
      ArgumentError,
      /^scan: the body must give \{ carry, y \}, got Tensor.*without a value yet.*Return/,
    ],
    [
      'a y that is no tensor',
      () => scan((c) => ({ carry: c, y: 'x' }), 1, rows),
      DtypeError,
      /^scan: expected tensors, .* got the string 'x'/,
    ],
    [
      'a question for a value',
      () => scan((c) => ({ carry: Number(c.item()) }), 1, rows),
      TracingError,
      /item\(\).*only being traced/,
    ],
  ]

  it.each(cases)('%s', (_, f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toMatch(message)
  })

  it('and leaves nothing open', () => {
    const leak: TensorLike[] = []
    errorOf(() => scan((c) => ({ carry: (leak.push(c), complex(c, 1)) }), 1, rows))
    expect(grad((x: Tensor) => mul(x, x))(3).item()).toBe(6)
    expect(() => add(leak[0], 1)).toThrow(TracingError)
  })
})
