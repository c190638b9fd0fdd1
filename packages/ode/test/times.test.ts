import {
  abs2,
  add,
  checkRule,
  complex,
  conj,
  cos,
  DerivativeError,
  exp,
  grad,
  jit,
  less,
  mul,
  real,
  sub,
  sum,
  tensor,
  vmap,
  where,
  type Tensor,
} from '@cad/core'
import { valueOf } from '@cad/core/compiler'
import { describe, expect, it } from 'vitest'
import { rk4, solveIvp, type Method, type SolveOptions, type StepReport } from '../src/index.ts'
import { methods } from './cases/index.ts'
import { numbers, randomTensor, relativeError } from './problems.ts'

/** Not holomorphic, with t in it, and nonlinear in its parameters, of which one is real. */
const f = (t: Tensor, y: Tensor, [a, b, g]: readonly Tensor[]): Tensor =>
  add(add(mul(mul(a, cos(mul(3, t))), y), mul(mul(b, t), conj(y))), mul(mul(g, g), mul(abs2(y), y)))

const y0 = tensor([complex(0.3, 0.2), complex(-0.4, 0.5)])
const args = [complex(0.3, 1.1), complex(-0.4, 0.2), tensor(-0.6)]

const numberOf = (x: Tensor): number => valueOf(x)!.data[0]

/** Steps that are constant fractions of the span, which is what derivatives take them for. */
const fractions = (method: Method, t0: Tensor, t1: Tensor, steps: number): SolveOptions<never> => {
  const h = Math.abs(numberOf(t1) - numberOf(t0)) / steps
  return { method, firstStep: h, maxStep: h, rtol: 1e3, atol: 1e3 }
}

// Differences of the solve itself reach some 1e-12; 1e-10 leaves room for their second derivatives.
const strict = { differenceTolerance: 1e-10 }

describe.each(methods)('times of a solve by $name', ({ method }) => {
  it('have the derivatives of its numbers, to second order: t0, t1, saves inside and at the end, with y0 and parameters', () => {
    checkRule(
      (...[y, a, b, g, t0, t1, t]) =>
        solveIvp<readonly Tensor[]>(f, [t0, t1], y, {
          ...fractions(method, t0, t1, 4),
          args: [a, b, g],
          saveAt: [t, tensor(1.05), t1],
        }).ys,
      [y0, ...args, tensor(0.1), tensor(1.1), tensor(0.43)],
      strict,
    )
  })

  it('have them backwards in time', () => {
    checkRule(
      (y, t0, t1, t) =>
        solveIvp<readonly Tensor[]>(f, [t0, t1], y, { ...fractions(method, t0, t1, 4), args, saveAt: [t0, t] }).ys,
      [y0, tensor(1.1), tensor(0.1), tensor(0.43)],
      strict,
    )
  })

  it('have them where f switches, and for real states', () => {
    checkRule(
      (...[y, p, t0, s, t1, t]) => {
        const field = (time: Tensor, z: Tensor): Tensor =>
          where(less(time, s), mul(p, mul(z, z)), sub(mul(time, z), mul(p, p)))
        // One step for each segment: all of it, however long it is.
        const options = { ...fractions(method, t0, t1, 1), switchTimes: [s], saveAt: [t, s, t1] }
        return solveIvp(field, [t0, t1], y, options).ys
      },
      [tensor([0.7, -0.4]), tensor(0.8), tensor(0), tensor(0.5), tensor(1.1), tensor(0.2)],
      strict,
    )
  })
})

describe('a switch time', () => {
  const [on, off, end] = [0.35, 0.9, 1.4]
  const exact = (s: number): number => Math.exp(-0.3 * s + 1.2 * (end - s))
  const solve = (s: Tensor, options: SolveOptions<never> = {}): Tensor =>
    solveIvp((t, y) => mul(where(less(t, s), -0.3, 1.2), y), [0, end], 1, {
      switchTimes: [s],
      rtol: 1e-10,
      atol: 1e-12,
      ...options,
    }).ys

  it('is a restart: as good as two solves, and with the derivative of the switch', () => {
    expect(relativeError(solve(tensor(on)), [exact(on)])).toBeLessThan(1e-8) // 100 rtol
    expect(relativeError(grad((s: Tensor) => sum(solve(s)))(tensor(on)), [-1.5 * exact(on)])).toBeLessThan(1e-7)
    const second = grad(grad((s: Tensor) => sum(solve(s))))(tensor(on))
    expect(relativeError(second, [1.5 ** 2 * exact(on)])).toBeLessThan(1e-6)
  })

  it('may be on either side of f, forwards and backwards in time', () => {
    for (const side of [(t: Tensor) => less(t, on), (t: Tensor) => sub(1, less(on, t))]) {
      const g = (t: Tensor, y: Tensor): Tensor => mul(where(side(t), -0.3, 1.2), y)
      const options = { switchTimes: [on], rtol: 1e-10, atol: 1e-12 }
      const forth = solveIvp(g, [0, end], 1, options)
      expect(relativeError(forth.ys, [exact(on)])).toBeLessThan(1e-8)
      expect(relativeError(solveIvp(g, [end, 0], exact(on), options).ys, [1])).toBeLessThan(1e-8)
    }
  })

  it('needs no more steps than two solves need, and is an end of one', () => {
    const ends: number[] = []
    const onProgress = ({ t }: StepReport): void => void ends.push(t)
    const rate = (t: Tensor): Tensor => where(less(t, on), complex(0, 40), -1)
    const options = { rtol: 1e-8, onProgress }
    const { stats } = solveIvp((t, y) => mul(rate(t), y), [0, end], complex(1), { ...options, switchTimes: [on] })
    expect(ends).toContain(on)
    const before = solveIvp((_t, y) => mul(complex(0, 40), y), [0, on], complex(1), options)
    const after = solveIvp((_t, y) => mul(-1, y), [on, end], tensor([before.ys.item()]), options)
    expect(stats!.accepted).toBe(before.stats!.accepted + after.stats!.accepted)
    expect(stats!.rejected).toBe(before.stats!.rejected + after.stats!.rejected)
  })

  it('is found by a fit of several, as one of the inputs', () => {
    const pulse = (t: Tensor, y: Tensor, [a, b]: readonly Tensor[]): Tensor =>
      sub(where(mul(less(a, t), less(t, b)), 1, 0), mul(0.5, y))
    const area = (times: readonly Tensor[]): Tensor =>
      sum(
        solveIvp<readonly Tensor[]>(pulse, [0, end], 0, { args: times, switchTimes: times, rtol: 1e-10, atol: 1e-13 })
          .ys,
      )
    // y(end) = 2 (e^{−(end − off)/2} − e^{−(end − on)/2})
    const [dOn, dOff] = grad(area)([tensor(on), tensor(off)])
    expect(relativeError(dOn, [-Math.exp(-(end - on) / 2)])).toBeLessThan(1e-8)
    expect(relativeError(dOff, [Math.exp(-(end - off) / 2)])).toBeLessThan(1e-8)
  })
})

describe('the end of a solve', () => {
  const rate = complex(-0.3, 2)
  const at = (t: Tensor): Tensor =>
    solveIvp((_t, y) => mul(rate, y), [0, t], complex(1), { rtol: 1e-10, atol: 1e-12 }).ys

  it('has dy/dt1 = f(t1, y1)', () => {
    const slope = grad((t: Tensor) => sum(real(at(t))))(tensor(1.3))
    const expected = real(mul(rate, exp(mul(rate, 1.3))))
    expect(relativeError(slope, numbers(expected))).toBeLessThan(1e-7) // 1000 rtol
  })

  it('is an argument of a compiled function, and of a batch', () => {
    const ends = tensor([0.5, 1, 2])
    const each = vmap((t: Tensor) => sum(at(t)))(ends)
    const compiled = jit((t: Tensor) => sum(at(t)))
    for (const [k, t] of [0.5, 1, 2].entries()) {
      expect(numbers(each).slice(2 * k, 2 * k + 2)).toEqual(numbers(compiled(tensor(t))))
    }
    const slope = (t: Tensor): Tensor => grad((s: Tensor) => sum(real(compiled(s))))(t)
    expect(relativeError(jit(slope)(tensor(1)), numbers(slope(tensor(1))))).toBeLessThan(1e-13)
  })

  it('costs nothing where nobody asks for its derivative: gradients of the parameters are the same numbers', () => {
    const loss = (p: Tensor, t: Tensor): Tensor => sum(abs2(solveIvp((_t, y) => mul(p, y), [0, t], complex(1)).ys))
    const fixed = grad((p: Tensor) => loss(p, tensor(1)))(rate)
    const [moving] = grad(([p, t]: readonly Tensor[]) => loss(p, t))([rate, tensor(1)])
    expect(relativeError(moving, numbers(fixed))).toBeLessThan(1e-13)
  })

  it('has no derivative where the span has no length', () => {
    expect(numbers(at(tensor(0)))).toEqual([1, 0])
    for (const run of [() => grad((t: Tensor) => sum(abs2(at(t))))(tensor(0))]) {
      expect(run).toThrow(DerivativeError)
      expect(run).toThrow('a span of length 0 has no derivative with respect to its times; got t0 = t1 = 0')
    }
  })
})

describe('a save time', () => {
  it('inside a step has the derivative of the interpolant', () => {
    const options = { method: rk4, firstStep: 0.5 }
    const at = (t: Tensor): Tensor =>
      sum(real(solveIvp((_t, y) => mul(complex(0, 1), y), [0, 1], complex(1), { ...options, saveAt: [t] }).ys))
    const [t, d] = [0.3, 1e-3]
    const value = (s: number): number => numbers(at(tensor(s)))[0]
    const differences = (8 * (value(t + d) - value(t - d)) - (value(t + 2 * d) - value(t - 2 * d))) / (12 * d)
    expect(Math.abs(numbers(grad(at)(tensor(t)))[0] - differences)).toBeLessThan(1e-11) // a cubic: five points are exact
  })

  it('may be a list of them in one tensor', () => {
    const times = tensor([0.2, 0.7, 1])
    const weights = randomTensor([3], 5, 'float64')
    const loss = (at: Tensor): Tensor =>
      sum(mul(weights, solveIvp((_t, y) => mul(-1, y), [0, 1], 1, { saveAt: at, rtol: 1e-10 }).ys))
    expect(relativeError(grad(loss)(times), numbers(mul(mul(-1, weights), exp(mul(-1, times)))))).toBeLessThan(1e-7)
  })
})
