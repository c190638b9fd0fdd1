/**
 * What one operation costs beside its arithmetic: a chain of operations on scalars, evaluated, recorded and pulled back. The same
 * chain by hand, on plain numbers, gives the same value and derivative to 1e-10, which is checked before anything is timed.
 */
import { add, complex, div, grad, mul, real, sub, tensor, vjp, type Tensor } from '@cad/core'
import { compare } from './compare.ts'

/** Operations in one chain, and in one turn of it. */
const [operations, turn] = [1000, 5]
/** The turn rotates the Riemann sphere, so that neither values nor derivatives die out or run away. */
const [a, b] = [Math.cos(0.5), Math.sin(0.5)]

/** 200 times x ← (x a + b) / (a − x b) */
const chain =
  (a: Tensor, b: Tensor) =>
  (x: Tensor): Tensor => {
    let y = x
    for (let i = 0; i < operations; i += turn) y = div(add(mul(y, a), b), sub(a, mul(y, b)))
    return y
  }

/** Re f and conj(f'), the gradient of Re f, of the chain f at re + i im; one turn has the derivative (a − x b)⁻². */
function byHand(re: number, im: number): readonly [value: number, gradientRe: number, gradientIm: number] {
  let [u, v] = [1, 0]
  for (let i = 0; i < operations; i += turn) {
    const [p, q, r, s] = [re * a + b, im * a, a - re * b, -im * b]
    const scale = 1 / (r * r + s * s)
    re = (p * r + q * s) * scale
    im = (q * r - p * s) * scale
    const [x, y] = [(r * r - s * s) * scale * scale, -2 * r * s * scale * scale]
    ;[u, v] = [u * x - v * y, u * y + v * x]
  }
  return [re, u, -v]
}

const asReal = { kind: 'real', lift: (x: number) => tensor(x), im: 0 }
const asComplex = { kind: 'complex', lift: (re: number, im = 0) => tensor(complex(re, im)), im: 0.4 }

for (const { kind, lift, im } of [asReal, asComplex]) {
  const x = lift(0.7, im)
  const f = chain(lift(a), lift(b))
  const loss = (x: Tensor): Tensor => real(f(x))
  const [recorded, gradient] = [vjp(loss), grad(loss)]
  const { pullback } = recorded(x)
  const one = tensor(1)

  const found = [...loss(x).data, ...gradient(x).data]
  const expected = byHand(0.7, im)
  // Some 1000 roundings of 1e-16, and a factor of 1000 for turns that come near the pole.
  const defect = Math.max(...found.map((number, i) => Math.abs(number - expected[i]) / (1 + Math.abs(expected[i]))))
  if (!(defect < 1e-10)) throw new Error(`dispatch, ${kind}: expected a difference below 1e-10, got ${defect}.`)

  await compare(`one operation on ${kind} scalars, in a chain of ${operations}`, {
    expected:
      'eager ≤ 1 µs: types, one kernel call, one new tensor. Under grad ≤ 2 µs with the record of it; the pullback about the same ' +
      'again, as its rules are operations themselves. By hand some ns: an interpreter does not come near, jit does',
    baseline: 'eager',
    calls: operations,
    cases: {
      eager: () => f(x),
      'under grad: value and record': () => recorded(x),
      'under grad: pullback': () => pullback(one),
      'grad: both': () => gradient(x),
      'by hand: value and derivative': () => byHand(0.7, im),
    },
  })
}
