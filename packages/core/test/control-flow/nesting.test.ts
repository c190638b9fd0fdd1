import { randomComplex, relativeDifference } from '@cad/testing'
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
  customRule,
  exp,
  foriLoop,
  grad,
  jit,
  less,
  mul,
  scan,
  sqrtCheckpoints,
  stack,
  sub,
  sum,
  vjp,
  vmap,
  whileLoop,
  type Tensor,
} from '@cad/core'

type Case = readonly [name: string, f: (a: Tensor, x: Tensor) => Tensor]

const product = customRule((z: Tensor, u: Tensor) => mul(conj(z), u), {
  jvp: ([z, u], [zDot, uDot]) => add(mul(conj(zDot), u), mul(conj(z), uDot)),
  vjp: ([z, u], _value, wBar) => [mul(u, conj(wBar)), mul(z, wBar)],
})
const compiled = jit((a: Tensor, z: Tensor) => mul(a, exp(conj(z))))

const nested: readonly Case[] = [
  [
    'a scan in a scan',
    (a, x) => {
      const inner = (c: Tensor, row: Tensor): Tensor =>
        scan((d, e) => ({ carry: add(mul(a, conj(d)), mul(row, e)) }), c, x).carry
      return scan((c, row) => ({ carry: inner(mul(0.3, c), row), y: c }), a, x).ys
    },
  ],
  [
    'a cond in a scan, which takes both branches',
    (a, x) =>
      scan(
        (c, row) => ({
          carry: cond(
            less(abs(c), 0.6),
            (d) => mul(row, exp(d)),
            (d) => mul(a, conj(d)),
            c,
          ),
          y: c,
        }),
        a,
        x,
        { checkpoints: sqrtCheckpoints },
      ).ys,
  ],
  [
    'a scan in a cond',
    (a, x) =>
      cond(
        less(abs(a), 5),
        () => scan((c, row) => ({ carry: mul(a, add(conj(c), row)) }), a, x).carry,
        () => a,
      ),
  ],
  [
    'a while loop in a foriLoop in a cond',
    (a, x) =>
      cond(
        1,
        (y) =>
          foriLoop(
            0,
            3,
            (i, c) =>
              whileLoop(
                (d) => less(abs2(d), 4),
                (d) => add(mul(1.5, conj(d)), mul(a, i)),
                mul(0.2, c),
              ),
            sum(y),
          ),
        () => a,
        x,
      ),
  ],
  ['a custom rule in a scan', (a, x) => scan((c, row) => ({ carry: product(add(a, row), c) }), a, x).carry],
  ['a compiled function in a scan', (a, x) => scan((c, row) => ({ carry: compiled(row, mul(a, c)) }), a, x).carry],
  [
    'a gradient in a scan: descent on |z² − a|²',
    (a, x) => {
      const slope = (z: Tensor): Tensor => grad((y: Tensor) => sum(abs2(sub(mul(y, y), a))))(z)
      return scan((z, row) => ({ carry: sub(z, mul(0.05, slope(add(z, mul(0.1, row))))) }), complex(0.5, 0.1), x).carry
    },
  ],
  [
    'a gradient of a scan in a scan',
    (a, x) => {
      const loss = (q: Tensor): Tensor => abs2(scan((c, row) => ({ carry: add(mul(q, conj(c)), row) }), a, x).carry)
      return scan((q) => ({ carry: sub(q, mul(0.01, grad(loss)(q))) }), a, undefined, { length: 2 }).carry
    },
  ],
]

const a = complex(0.5, -0.4)
const x = randomComplex([5], 3)

describe('control flow nests', () => {
  it.each(nested)('%s: checkRule at order 2', (_, f) => {
    // Polynomials and exponentials of numbers near 1; no branch changes within the reach of the differences.
    const { identity, difference } = checkRule(f, [a, x])
    expect(identity).toBeLessThan(1e-12)
    expect(difference).toBeLessThan(1e-8)
  })

  it.each(nested)('%s: compiled as well', (_, f) => {
    const apply = ([z, y]: readonly [Tensor, Tensor]): Tensor => f(z, y)
    const g = jit(apply)
    const value = apply([a, x])
    expect(relativeDifference(g([a, x]), value)).toBeLessThan(1e-14)
    const seed = randomComplex(value.shape, 5)
    const expected = vjp(apply)([a, x]).pullback(seed)
    expect(relativeDifference(vjp(g)([a, x]).pullback(seed), expected)).toBeLessThan(1e-14)
    const pulled = jit((own: readonly [Tensor, Tensor]) => vjp(apply)(own).pullback(seed))
    expect(relativeDifference(pulled([a, x]), expected)).toBeLessThan(1e-14)
  })

  it.each(nested)('%s: for a batch, one example after the other', (_, f) => {
    const batch = stack([a, complex(0.4, 0.3)])
    const expected = stack([f(a, x), f(complex(0.4, 0.3), x)])
    expect(relativeDifference(vmap(f, { inAxes: [0, null] })(batch, x), expected)).toBeLessThan(1e-14)
  })

  it('as the same loops written out', () => {
    const inner = (c: Tensor, row: Tensor): Tensor => {
      for (let j = 0; j < 5; j++) c = add(mul(a, conj(c)), mul(row, at(x, j)))
      return c
    }
    const ys: Tensor[] = []
    let c: Tensor = a
    for (let i = 0; i < 5; i++) {
      ys.push(c)
      c = inner(mul(0.3, c), at(x, i))
    }
    expect(relativeDifference(nested[0][1](a, x), stack(ys))).toBeLessThan(1e-14) // sums of numbers near 1
  })
})

describe('a closure that is made anew', () => {
  it('with other constants gives other values, though it is compiled no second time', () => {
    const values = [2, 3, 4].map((k) => {
      const f = (z: Tensor): Tensor =>
        whileLoop(
          (c) => less(abs2(c), 10 * k),
          (c) =>
            cond(
              less(abs2(c), k),
              (d) => mul(k, d),
              (d) => mul(complex(0, k), d),
              c,
            ),
          z,
        )
      return [f(complex(1)), grad((z: Tensor) => abs2(f(z)))(complex(1))]
    })
    // 1 → 2 → 4i → −8;  1 → 3 → 9i;  1 → 4 → 16i: real multiples of powers of i, so the gradient of |f|² is 2|f|²
    const expected = [-8, 9, 16].map((x) => 2 * x * x)
    expect(values.map(([, slope]) => slope.item())).toEqual(expected.map((re) => ({ re, im: 0 })))
    expect(values.map(([value]) => Number(abs2(value).item()))).toEqual([64, 81, 256])
  })
})
