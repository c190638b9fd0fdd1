import {
  abs2,
  add,
  complex,
  conj,
  cos,
  grad,
  jvp,
  mul,
  sum,
  tensor,
  vjp,
  type Tensor,
  type TensorType,
} from '@cad/core'
import { compilationCount } from '@cad/core/compiler'
import { beforeEach, describe, expect, it } from 'vitest'
import { bindField } from '../src/bind-field.ts'
import type { Direction, Vector } from '../src/field.ts'
import { solveIvp } from '../src/index.ts'
import { exponential, inner, numbers, plainField, randomTensor, relativeError } from './problems.ts'

let before = 0
const compiled = (): number => compilationCount() - before

beforeEach(() => {
  before = compilationCount()
})

describe('the cache of compiled right-hand sides', () => {
  it('compiles at most twice in a loop that makes a new closure with other constants an iteration', () => {
    for (let k = 1; k <= 6; k++) {
      const rate = { re: -0.1 * k, im: k }
      const { ys } = solveIvp((_t, y) => mul(rate, y), [0, 1], complex(1), { rtol: 1e-9, atol: 1e-12 })
      const { re, im } = exponential(rate, 1)
      expect(relativeError(ys, [re, im])).toBeLessThan(1e-7) // 100 rtol
    }
    expect(compiled()).toBeLessThanOrEqual(2) // another test may have had the same
  })

  it('compiles value and adjoint at most twice each for gradients in such a loop', () => {
    for (let k = 1; k <= 5; k++) {
      // z(1) = e^{(k/10) p}: d|z|²/dp = (k/5) |z|² (conjugated factors are real)
      const p = complex(0.3, 0.9)
      const bar = grad((q: Tensor) =>
        sum(abs2(solveIvp((_t, y) => mul(mul(k / 10, q), y), [0, 1], complex(1), { rtol: 1e-9, atol: 1e-12 }).ys)),
      )(p)
      expect(relativeError(bar, [(k / 5) * Math.exp((k / 5) * 0.3), 0])).toBeLessThan(1e-7)
    }
    expect(compiled()).toBeLessThanOrEqual(4)
  })

  it('compiles once for new closures with equal constants', () => {
    const run = (): Tensor => {
      const A = tensor([0.25, -0.5])
      return solveIvp((_t, y) => mul(A, mul(y, y)), [0, 1], tensor([1, 1])).ys
    }
    expect(numbers(run())).toEqual(numbers(run()))
    expect(compiled()).toBeLessThanOrEqual(1)
  })

  it('gives back the first constants after others were used', () => {
    const run = (rate: number): number =>
      numbers(solveIvp((t, y) => mul(mul(rate, t), y), [0, 1], 1, { rtol: 1e-9 }).ys)[0]
    for (const rate of [0.4, -1.2, 0.4, 2, -1.2]) expect(run(rate)).toBeCloseTo(Math.exp(rate / 2), 6)
  })

  it('knows signed zeros apart, and zeros from other numbers', () => {
    const run = (c: number): number => numbers(solveIvp((_t, y) => add(mul(c, y), 1), [0, 1], 0, { rtol: 1e-9 }).ys)[0]
    expect(run(0)).toBeCloseTo(1, 12) // 0 · y is folded away
    expect(run(1)).toBeCloseTo(Math.E - 1, 6)
    expect(run(0)).toBeCloseTo(1, 12)
  })

  it('does not mix up constants, captured variables and args of the same graph', () => {
    const start = complex(1)
    const p = complex(-0.2, 0.7)
    const constant = (): Tensor => solveIvp((t, y) => mul(mul(p, cos(t)), y), [0, 1], start).ys
    const argument = (q: Tensor): Tensor =>
      solveIvp<Tensor>((t, y, r) => mul(mul(r, cos(t)), y), [0, 1], start, { args: q }).ys
    const captured = (q: Tensor): Tensor => solveIvp((t, y) => mul(mul(q, cos(t)), y), [0, 1], start).ys
    const gradients = [argument, captured].map((f) => grad((q: Tensor) => sum(abs2(f(q))))(p))
    for (const f of [argument, captured]) expect(relativeError(f(p), numbers(constant()))).toBeLessThan(1e-14)
    expect(relativeError(gradients[1], numbers(gradients[0]))).toBeLessThan(1e-14)
    expect(numbers(grad((y: Tensor) => sum(abs2(add(mul(0, y), constant()))))(start))).toEqual([0, 0])
  })

  it('forgets the oldest of many different right-hand sides, and compiles it anew', () => {
    const run = (terms: number): Tensor =>
      solveIvp(
        (_t, y) => Array.from({ length: terms }).reduce<Tensor>((x) => conj(conj(x)), mul(-1, y)),
        [0, 1],
        complex(1),
        { maxSteps: 1000 },
      ).ys
    const first = numbers(run(1))
    for (let terms = 2; terms < 80; terms++) run(terms)
    expect(numbers(run(1))).toEqual(first)
  })
})

describe('a compiled right-hand side', () => {
  const state = { shape: [2], dtype: 'complex128' } as const
  const parameters = [
    { shape: [], dtype: 'float64' },
    { shape: [2], dtype: 'complex128' },
  ] as const
  const f = (t: Tensor, y: Tensor, [a, b]: readonly Tensor[]): Tensor =>
    add(mul(mul(a, cos(t)), conj(y)), mul(b, abs2(y)))
  const leaf = { kind: 'leaf' } as const
  const { field } = bindField({
    kind: 'general',
    f,
    state: { types: [state], structure: leaf },
    parameters: { types: parameters, structure: { kind: 'list', items: [leaf, leaf] } },
  })
  const t = 0.7
  const y = randomTensor([2], 1)
  const a = tensor(0.3)
  const b = randomTensor([2], 2)
  const at = field.begin([a, b])
  const vector = (data: Float64Array, start = 0): Vector => ({ data, at: start })
  /** A direction along random numbers, and the same as tensors. */
  const direction = (seed: number, along: number) => {
    const [yDot, aDot, bDot] = [
      randomTensor([2], seed),
      randomTensor([], seed + 1, 'float64'),
      randomTensor([2], seed + 2),
    ]
    const flat: Direction = { y: vector(yDot.data), p: Float64Array.of(...aDot.data, ...bDot.data), t: along }
    return { flat, tensors: [tensor(along), yDot, aDot, bDot] }
  }
  const whole = ([time, x, q, r]: readonly Tensor[]): Tensor => f(time, x, [q, r])
  const point = [tensor(t), y, a, b]

  it('has the value of the function, read and written at offsets', () => {
    const states = Float64Array.of(9, 9, 9, ...y.data)
    const out = new Float64Array(6)
    at.value(t, vector(states, 3), vector(out, 2))
    expect(relativeError(tensor(out.slice(2)), numbers(f(tensor(t), y, [a, b])))).toBeLessThan(1e-15)
    expect(numbers(tensor(out)).slice(0, 2)).toEqual([0, 0])
  })

  it.each([0, 0.7])('has the jvp of the function, with dt = %f', (along) => {
    const { flat, tensors } = direction(3, along)
    const out = new Float64Array(4)
    at.jvp(t, vector(y.data), flat, vector(out))
    const { tangent } = jvp(whole)(point, tensors)
    expect(relativeError(tensor(out), numbers(tangent))).toBeLessThan(1e-15)
  })

  it('has a vjp that is the adjoint of its jvp, and adds parameter cotangents to what is there', () => {
    const [{ flat, tensors }, w] = [direction(5, 0), randomTensor([2], 7)]
    const [pushed, yBar, pBar] = [new Float64Array(4), new Float64Array(4), new Float64Array(5).fill(2)]
    at.jvp(t, vector(y.data), flat, vector(pushed))
    at.vjp(t, vector(y.data), vector(w.data), { y: vector(yBar), p: pBar })
    const before = flat.p.reduce((total, x) => total + 2 * x, 0)
    const left = inner(w, tensor(pushed, { dtype: 'complex128' }))
    const right =
      inner(tensor(yBar, { dtype: 'complex128' }), tensors[1]) + inner(tensor(pBar), tensor(flat.p)) - before
    expect(Math.abs(left - right)).toBeLessThan(1e-14)
  })

  it.each([
    [0, 0],
    [0.7, -0.3],
  ])('has the jvp of its jvp, with dt = %f and %f', (first, second) => {
    const [u, v] = [direction(8, first), direction(11, second)]
    const out = new Float64Array(4)
    at.jvpOfJvp(t, vector(y.data), [u.flat, v.flat], vector(out))
    const along = (x: readonly Tensor[]): Tensor => jvp(whole)(x, u.tensors).tangent
    expect(relativeError(tensor(out), numbers(jvp(along)(point, v.tensors).tangent))).toBeLessThan(1e-14)
  })

  it.each([0, 0.7])('has the vjp of its jvp, with dt = %f', (along) => {
    const [u, w] = [direction(14, along), randomTensor([2], 17)]
    const [yBar, pBar] = [new Float64Array(4), new Float64Array(5)]
    at.vjpOfJvp(t, vector(y.data), [u.flat, vector(w.data)], { y: vector(yBar), p: pBar })
    const pushed = ([x, q, r]: readonly Tensor[]): Tensor => jvp(whole)([tensor(t), x, q, r], u.tensors).tangent
    const bars = vjp(pushed)([y, a, b]).pullback(w)
    expect(relativeError(tensor(yBar), numbers(bars[0]))).toBeLessThan(1e-14)
    expect(relativeError(tensor(pBar), [...numbers(bars[1]), ...numbers(bars[2])])).toBeLessThan(1e-14)
  })

  it('knows by its operations whether it is holomorphic', () => {
    const isHolomorphic = (g: (z: Tensor) => Tensor, type: TensorType): boolean =>
      plainField((_t, z) => g(z), type).isHolomorphic
    expect(field.isHolomorphic).toBe(false)
    expect(isHolomorphic((z) => mul(z, z), state)).toBe(true)
    expect(isHolomorphic((z) => mul(z, z), { shape: [2], dtype: 'float64' })).toBe(false) // real states have a real Jacobian
  })
})
