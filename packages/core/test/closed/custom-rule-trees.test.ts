import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  checkRule,
  complex,
  conj,
  customRule,
  exp,
  grad,
  hvp,
  jit,
  jvp,
  mul,
  real,
  RuleError,
  sum,
  TracingError,
  vjp,
  type Rules,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { errorOf } from '../error-of.ts'

/** w = z̄ u with its rules. */
const product = customRule((z: Tensor, u: Tensor) => mul(conj(z), u), {
  jvp: ([z, u], [zDot, uDot]) => add(mul(conj(zDot), u), mul(conj(z), uDot)),
  vjp: ([z, u], _, wBar) => [mul(u, conj(wBar)), mul(z, wBar)],
})

interface Pole {
  readonly rate: Tensor
  readonly gain: readonly Tensor[]
}

/** { sum: g₀ eʳ + g₁, power: |g₁|² } with rules by hand. */
const response = customRule(
  ({ rate, gain: [a, b] }: Pole, scale: Tensor) => ({ sum: mul(scale, add(mul(a, exp(rate)), b)), power: abs2(b) }),
  {
    jvp: ([{ rate, gain }, scale], [dot, scaleDot]) => {
      const [a, b] = gain
      const inner = add(mul(dot.gain[0], exp(rate)), add(mul(mul(a, exp(rate)), dot.rate), dot.gain[1]))
      return {
        sum: add(mul(scale, inner), mul(scaleDot, add(mul(a, exp(rate)), b))),
        power: mul(2, real(mul(conj(b), dot.gain[1]))),
      }
    },
    vjp: ([{ rate, gain }, scale], _, bar) => {
      const [a, b] = gain
      const weighted = mul(conj(scale), bar.sum)
      const own = conj(exp(rate))
      return [
        {
          rate: mul(mul(conj(a), own), weighted),
          gain: [mul(own, weighted), add(weighted, mul(mul(2, b), bar.power))],
        },
        mul(conj(add(mul(a, exp(rate)), b)), bar.sum),
      ]
    },
  },
)
const leaves = (rate: Tensor, a: Tensor, b: Tensor, scale: Tensor): Tensor[] => {
  const { sum, power } = response({ rate, gain: [a, b] }, scale)
  return [sum, power]
}

describe('a custom rule', () => {
  it('holds in both modes and at both orders, and is the same compiled', () => {
    const [z, u] = [randomComplex([3], 1), randomComplex([3], 2)]
    checkRule(product, [z, u])
    checkRule(product, [randomReal([3], 3), u])
    checkRule(jit(product), [z, u])
    const loss = (x: Tensor): Tensor => real(sum(product(x, mul(x, u))))
    expect(maxDifference(jit((x: Tensor) => grad(loss)(x))(z), grad(loss)(z))).toBeLessThan(1e-15) // sums of 4 products below 2
  })

  it('gets and gives trees of arguments and results', () => {
    const point = [1, 2, 3, 4].map((seed) => randomComplex([], seed))
    checkRule(leaves, point)
    const real = [1, 2, 3, 4].map((seed) => randomReal([2], seed))
    checkRule(leaves, real)
    const value = response({ rate: 0, gain: [complex(1, 1), 2] }, 3)
    expect(value.sum.item()).toEqual({ re: 9, im: 3 })
    expect(value.power.item()).toBe(4)
  })

  it('of trees is the same compiled, with its derivatives', () => {
    const point: Pole = { rate: randomComplex([2], 5), gain: [randomComplex([2], 6), randomComplex([2], 7)] }
    const scale = randomComplex([2], 8)
    const loss = (p: Pole): Tensor => {
      const { sum: total, power } = response(p, scale)
      return add(sum(abs2(total)), sum(mul(power, power)))
    }
    // Some fifty operations on numbers below 30.
    const rounding = 1e-13
    expect(maxDifference(jit((p: Pole) => grad(loss)(p))(point), grad(loss)(point))).toBeLessThan(rounding)
    expect(maxDifference(jit((p: Pole) => hvp(loss)(p, point))(point), hvp(loss)(point, point))).toBeLessThan(rounding)
  })

  it('may leave out the cotangent of an argument, a tree as well', () => {
    const f = customRule((p: { a: Tensor; b: Tensor }, c: Tensor) => add(mul(p.a, p.b), c), {
      jvp: (_, [, cDot]) => cDot,
      vjp: (_args, _value, bar) => [undefined, bar],
    })
    const bars = grad((x: { p: { a: Tensor; b: Tensor }; c: Tensor }) => f(x.p, x.c))({ p: { a: 2, b: 3 }, c: 4 })
    expect(JSON.parse(JSON.stringify(bars))).toEqual({ p: { a: 0, b: 0 }, c: 1 })
  })

  it('may not use a traced tensor that is no argument', () => {
    const f = (p: Tensor): Tensor =>
      customRule((x: Tensor) => mul(x, p), { jvp: (_, [xDot]) => xDot, vjp: (_args, _value, bar) => [bar] })(p)
    const error = errorOf(() => grad(f)(2))
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(/pass it as an argument/)
  })
})

type TreeRules = Rules<[{ a: Tensor; b: Tensor[] }, Tensor], { sum: Tensor; list: Tensor[] }>
const good: TreeRules = {
  jvp: ([, c], [dot]) => ({ sum: mul(c, dot.a), list: [dot.b[0]] }),
  vjp: ([{ a }, c], _, bar) => [{ a: mul(c, bar.sum), b: [bar.list[0]] }, mul(a, bar.sum)],
}
const withRules = (rules: Partial<Record<keyof TreeRules, unknown>>): ((x: TensorLike) => Tensor) => {
  const f = customRule(({ a, b }: { a: Tensor; b: Tensor[] }, c: Tensor) => ({ sum: mul(a, c), list: [b[0]] }), {
    ...good,
    ...rules,
  } as TreeRules)
  return (x) => f({ a: x, b: [x] }, 2).sum
}

describe('a custom rule that gives the wrong structure', () => {
  it.each([
    [
      'one cotangent too few',
      () => [1],
      /^customRule: vjp must give a list of 2 cotangents, one for each argument, got 1\.$/,
    ],
    ['no list', () => 3, /must give a list of 2 cotangents, one for each argument, got 3\.$/],
    [
      'a tensor for a tree',
      () => [1, 2],
      /vjp gave a cotangent of argument 0 of structure •, expected \{ a: •, b: \[•\] \}\. At the top: expected \{ a: •, b: \[•\] \}, got a tensor\./,
    ],
    [
      'a missing leaf',
      () => [{ a: 1, b: [] }, 2],
      /cotangent of argument 0 of structure \{ a: •, b: \[\] \}, expected .* At \.b\[0\]: expected a tensor, got nothing\./,
    ],
    [
      'a leaf too many',
      () => [{ a: 1, b: [2], c: 3 }, 2],
      /At \.c: expected nothing, got a tensor\. It must be a tree like what it belongs to\.$/,
    ],
    [
      'a leaf of another shape',
      () => [{ a: 1, b: [randomReal([3], 1)] }, 2],
      /vjp gave a cotangent of argument 0 of type float64 \[3\] at \.b\[0\], expected float64 \[\]\./,
    ],
    [
      'a plain argument of another shape',
      () => [{ a: 1, b: [2] }, randomReal([3], 1)],
      /vjp gave a cotangent of argument 1 of type float64 \[3\], expected float64 \[\]\./,
    ],
  ])('is refused with the leaf: %s', (_, rule, message) => {
    const error = errorOf(() => vjp(withRules({ vjp: rule }))(3).pullback(1))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(message)
  })

  it.each([
    [
      'a missing part',
      () => ({ sum: 1 }),
      /jvp gave a tangent of the value of structure .* At \.list: expected \[•\], got nothing\./,
    ],
    [
      'a part of another shape',
      () => ({ sum: 1, list: [randomReal([2], 1)] }),
      /jvp gave a tangent of the value of type float64 \[2\] at \.list\[0\], expected float64 \[\]\./,
    ],
  ])('is refused in forward mode as well: %s', (_, rule, message) => {
    const error = errorOf(() => jvp(withRules({ jvp: rule }))(3, 1))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(message)
  })

  it('is refused where it is no tree of tensors at all', () => {
    expect(errorOf(() => jvp(withRules({ jvp: () => 'none' }))(3, 1)).message).toMatch(
      /^customRule: jvp gave a tangent of the value that is no tree of tensors: expected tensors/,
    )
  })

  it('and is accepted where it is right', () => {
    expect(jvp(withRules({}))(3, 1).tangent.item()).toBe(2)
    expect(grad(withRules({}))(3).item()).toBe(2)
  })
})

describe('a cotangent or tangent of a tree', () => {
  const f = (p: { a: Tensor; b: Tensor[] }): { y: Tensor; list: Tensor[] } => ({ y: real(p.a), list: p.b })
  const point = { a: complex(1, 2), b: [randomReal([2], 1)] }

  it.each<[string, () => unknown, RegExp]>([
    [
      'a cotangent without a leaf',
      () => vjp(f)(point).pullback({ y: 1, list: [] }),
      /^vjp: expected a tree of structure \{ y: •, list: \[•\] \}, got \{ y: •, list: \[\] \}\. At \.list\[0\]: expected a tensor, got nothing\. Both must have the same keys/,
    ],
    [
      'a cotangent with another key',
      () => vjp(f)(point).pullback({ y: 1, rest: [1] } as never),
      /At \.list: expected \[•\], got nothing\./,
    ],
    [
      'a cotangent of another shape',
      () => vjp(f)(point).pullback({ y: 1, list: [3] }),
      /expected float64 \[2\], got float64 \[\] at \.list\[0\]\./,
    ],
    [
      'a complex cotangent of a real leaf',
      () => vjp(f)(point).pullback({ y: complex(0, 1), list: [randomReal([2], 2)] }),
      /^vjp: the value is real, so its cotangent is real, got a complex one at \.y\. Take real\(cotangent\)/,
    ],
    [
      'a complex cotangent of a real value',
      () => vjp((x: Tensor) => abs2(x))(2).pullback(complex(0, 1)),
      /^vjp: the value is real, so its cotangent is real, got a complex one\. Take real/,
    ],
    [
      'a tangent of another structure',
      () => jvp(f)(point, { a: 1, b: 2 } as never),
      /^jvp: expected a tree .* At \.b: expected \[•\], got a tensor\./,
    ],
    [
      'a tangent of another shape',
      () => jvp(f)(point, { a: 1, b: [2] }),
      /expected float64 \[2\], got float64 \[\] at \.b\[0\]\./,
    ],
    ['the gradient of a complex function', () => grad((z: Tensor) => z)(complex(1)), /vjp, jacobian or wirtinger/],
  ])('is refused with its leaf: %s', (_, call, message) => expect(errorOf(call).message).toMatch(message))
})
