import { abs2, add, complex, conj, cos, grad, jvp, mul, sum, tensor, type Tensor } from '@cad/core'
import { compilationCount } from '@cad/core/compiler'
import { beforeEach, describe, expect, it } from 'vitest'
import { bindField } from '../src/field.ts'
import { solveIvp } from '../src/index.ts'
import { exponential, inner, numbers, randomTensor, relativeError } from './problems.ts'

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
  const { field } = bindField(f, state, parameters)
  const t = 0.7
  const y = randomTensor([2], 1)
  const a = tensor(0.3)
  const b = randomTensor([2], 2)
  const p = Float64Array.of(...a.data, ...b.data)

  it('has the value of the function, read and written at offsets', () => {
    const states = Float64Array.of(9, 9, 9, ...y.data)
    const out = new Float64Array(6)
    field.value.run(t, states, 3, p, out, 2)
    expect(relativeError(tensor(out.slice(2)), numbers(f(tensor(t), y, [a, b])))).toBeLessThan(1e-15)
    expect(numbers(tensor(out)).slice(0, 2)).toEqual([0, 0])
  })

  it('has the jvp of the function', () => {
    const [yDot, aDot, bDot] = [randomTensor([2], 3), tensor(-1.4), randomTensor([2], 4)]
    const out = new Float64Array(4)
    field.jvp.run(t, y.data, 0, p, yDot.data, 0, Float64Array.of(...aDot.data, ...bDot.data), out, 0)
    const whole = ([x, q, r]: readonly Tensor[]): Tensor => f(tensor(t), x, [q, r])
    const { tangent } = jvp(whole)([y, a, b], [yDot, aDot, bDot])
    expect(relativeError(tensor(out), numbers(tangent))).toBeLessThan(1e-15)
  })

  it('has a vjp that is the adjoint of its jvp, and adds parameter cotangents to what is there', () => {
    const [yDot, pDot, w] = [randomTensor([2], 5), randomTensor([5], 6, 'float64'), randomTensor([2], 7)]
    const [pushed, yBar, pBar] = [new Float64Array(4), new Float64Array(4), new Float64Array(5).fill(2)]
    field.jvp.run(t, y.data, 0, p, yDot.data, 0, pDot.data, pushed, 0)
    field.vjp.run(t, y.data, 0, p, w.data, 0, yBar, 0, pBar)
    const before = pDot.data.reduce((total, x) => total + 2 * x, 0)
    const left = inner(w, tensor(pushed, { dtype: 'complex128' }))
    const right = inner(tensor(yBar, { dtype: 'complex128' }), yDot) + inner(tensor(pBar), pDot) - before
    expect(Math.abs(left - right)).toBeLessThan(1e-14)
  })
})
