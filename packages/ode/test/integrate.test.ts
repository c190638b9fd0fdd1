import {
  abs2,
  add,
  cos,
  greater,
  grad,
  jit,
  less,
  matmul,
  mul,
  neg,
  square,
  sub,
  sum,
  tensor,
  type Tensor,
  where,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { IntegrationError, rk4, solveIvp, type StepReport } from '../src/index.ts'
import { embedded } from './cases/index.ts'
import { brusselator, brusselatorStart, numbers, relativeError } from './problems.ts'

/** The IntegrationError that `run` throws. */
function failureOf(run: () => unknown): IntegrationError {
  try {
    run()
  } catch (error) {
    if (error instanceof IntegrationError) return error
    throw error
  }
  throw new Error('expected an IntegrationError')
}

const squared = (_t: Tensor, y: Tensor): Tensor => square(y)
const spoiledAfter1 = (t: Tensor, y: Tensor): Tensor => where(greater(t, 1), NaN, neg(y))

describe.each(embedded)('a solution that blows up at t = 1, by $name', ({ method }) => {
  it('is an IntegrationError with status, time and the last finite state', () => {
    const error = failureOf(() => solveIvp(squared, [0, 2], 1, { method }))
    const { status, lastState, message } = error
    expect(['step-too-small', 'non-finite']).toContain(status.kind)
    // y = 1/(1 − t) is followed until 10 ulp before a pole, which itself is off by the error of some 100 rtol.
    expect(Math.abs(status.t - 1)).toBeLessThan(1e-4)
    expect(status.step).toBeGreaterThan(20)
    expect(Number.isFinite(lastState[0])).toBe(true)
    expect(lastState[0]).toBeGreaterThan(1e6)
    for (const part of [
      'solveIvp',
      'at t = ',
      'h = ',
      `after ${status.step} accepted steps`,
      'heck the right-hand side',
    ]) {
      expect(message).toContain(part)
    }
  })

  it('gives the part that was reached, with its gradient, for throws: false', () => {
    const saveAt = [0, 0.25, 0.5, 1.5, 2]
    const solve = (y0: Tensor) => solveIvp(squared, [0, 2], y0, { method, saveAt, throws: false, rtol: 1e-9 })
    const { ts, ys, status } = solve(tensor(1))
    expect(status!.kind).not.toBe('success')
    expect(numbers(ts)).toEqual([0, 0.25, 0.5])
    expect(relativeError(ys, [1, 1 / 0.75, 2])).toBeLessThan(1e-7)
    // y = y0/(1 − y0 t): ∂y/∂y0 = 1/(1 − t)² at y0 = 1
    const bar = grad((y0: Tensor) => sum(solve(y0).ys))(tensor(1))
    expect(relativeError(bar, [1 + 1 / 0.75 ** 2 + 4])).toBeLessThan(1e-6)
  })
})

describe('a solve that fails', () => {
  it('has no saved states if none was reached, and a gradient of zero', () => {
    const solve = (y0: Tensor) => solveIvp(squared, [0, 2], y0, { throws: false })
    const { ts, ys } = solve(tensor([1, 0.5]))
    expect([ts.shape, ys.shape]).toEqual([[0], [0, 2]])
    expect(numbers(grad((y0: Tensor) => sum(abs2(solve(y0).ys)))(tensor([1, 0.5])))).toEqual([0, 0])
  })

  it('throws from a compiled function as well', () => {
    const compiled = jit((y0: Tensor) => solveIvp(squared, [0, 2], y0).ys)
    expect(() => compiled(tensor(1))).toThrow(IntegrationError)
    expect(relativeError(compiled(tensor(0.25)), [0.5])).toBeLessThan(1e-4) // 100 rtol
  })

  it('stops at maxSteps, which counts rejected steps too', () => {
    const { status, message } = failureOf(() => solveIvp(brusselator, [0, 20], brusselatorStart, { maxSteps: 10 }))
    expect(status.kind).toBe('max-steps')
    expect(status.step).toBeLessThanOrEqual(10)
    expect(status.t).toBeGreaterThan(0)
    expect(message).toContain('Raise maxSteps, loosen the tolerances, or use a stiff method')
    const { stats } = solveIvp(brusselator, [0, 20], brusselatorStart)
    const needed = stats!.accepted + stats!.rejected
    const run = (maxSteps: number) => solveIvp(brusselator, [0, 20], brusselatorStart, { maxSteps, throws: false })
    expect(run(needed).status!.kind).toBe('success')
    expect(run(needed - 1).status!.kind).toBe('max-steps')
  })

  it('stops where onProgress says so, and keeps what was reached', () => {
    const reports: StepReport[] = []
    const onProgress = (report: StepReport): boolean => {
      reports.push(report)
      return report.t < 0.5
    }
    const options = { firstStep: 0.1, maxStep: 0.1, onProgress }
    const run = (y0: Tensor) =>
      solveIvp((_t, y) => neg(y), [0, 1], y0, { ...options, saveAt: [0.25, 0.75], throws: false })
    const { status, ys, ts } = run(tensor(1))
    expect(status).toMatchObject({ kind: 'stopped', step: reports.length })
    expect(status!.t).toBeCloseTo(0.5, 12)
    expect(reports.map(({ steps }) => steps)).toEqual([1, 2, 3, 4, 5].slice(0, reports.length))
    expect(numbers(ts)).toEqual([0.25])
    expect(relativeError(ys, [Math.exp(-0.25)])).toBeLessThan(1e-7) // the error of steps of 0.1
    expect(relativeError(grad((y0: Tensor) => sum(run(y0).ys))(tensor(1)), [Math.exp(-0.25)])).toBeLessThan(1e-7)
    expect(failureOf(() => solveIvp((_t, y) => neg(y), [0, 1], 1, options)).message).toContain(
      'onProgress returned false',
    )
  })

  it('is a success if it is stopped at its very end', () => {
    const { status } = solveIvp((_t, y) => neg(y), [0, 1], 1, { onProgress: ({ t }) => t < 1 })
    expect(status!.kind).toBe('success')
  })

  it.each(embedded)('says non-finite where the right-hand side is NaN from some time on: $name', ({ method }) => {
    const { status, lastState, message } = failureOf(() => solveIvp(spoiledAfter1, [0, 2], 1, { method }))
    expect(status.kind).toBe('non-finite')
    expect(status.t).toBeCloseTo(1, 12) // the last double before it, but for 10 ulp
    expect(lastState[0]).toBeCloseTo(Math.exp(-1), 4)
    expect(message).toContain('NaN or infinite')
  })

  it('says so for constant steps too, and at the first step', () => {
    const atOnce = (_t: Tensor, y: Tensor): Tensor => mul(NaN, y)
    for (const options of [{}, { method: rk4, firstStep: 0.1 }]) {
      expect(failureOf(() => solveIvp(atOnce, [0, 1], 1, options)).status).toMatchObject({
        kind: 'non-finite',
        t: 0,
        step: 0,
      })
    }
    const { status, lastState } = failureOf(() => solveIvp(spoiledAfter1, [0, 2], 1, { method: rk4, firstStep: 0.125 }))
    expect(status).toMatchObject({ kind: 'non-finite', t: 1, step: 8 })
    expect(lastState[0]).toBeCloseTo(Math.exp(-1), 4)
  })

  it('says so from t0 = 0 as well, where doubles grow dense', () => {
    const fromZero = (t: Tensor, y: Tensor): Tensor => where(greater(t, 0), NaN, y)
    expect(failureOf(() => solveIvp(fromZero, [0, 1], 1)).status.kind).toBe('non-finite')
  })

  it('fails where constant steps are too short to advance t', () => {
    const options = { method: rk4, firstStep: 1e-9 }
    expect(failureOf(() => solveIvp((_t, y) => y, [1e8, 2e8], 1, options)).status.kind).toBe('step-too-small')
  })

  it('overflows to a typed error with constant steps', () => {
    const { status } = failureOf(() => solveIvp((_t, y) => mul(y, y), [0, 20], 1, { method: rk4, firstStep: 1 }))
    expect(status.kind).toBe('non-finite')
  })
})

describe('a discontinuous right-hand side', () => {
  it.each(embedded)('costs some rejected steps and no more: $name', ({ method }) => {
    // y' = 1 before t = 1 and −2 after: y(2) = −1. An estimate from a few slopes can miss part of a jump: 1e-4, not 100 rtol.
    const { ys, stats } = solveIvp((t) => where(less(t, 1), 1, -2), [0, 2], 0, { method, rtol: 1e-8, atol: 1e-8 })
    expect(numbers(ys)[0]).toBeCloseTo(-1, 4)
    expect(stats!.rejected).toBeGreaterThan(0)
    expect(stats!.accepted + stats!.rejected).toBeLessThan(200)
  })

  it('that pushes the state back to a surface ends, in time or with an error', () => {
    // Sliding mode: y' = −sign(y) chatters around 0.
    const run = () => solveIvp((_t, y) => where(greater(y, 0), -1, 1), [0, 2], 0.5, { maxSteps: 20_000, throws: false })
    const { status } = run()
    expect(['success', 'max-steps', 'step-too-small']).toContain(status!.kind)
  })
})

describe('a stiff right-hand side', () => {
  const stiff = (rate: number) => (t: Tensor, y: Tensor) => mul(-rate, sub(y, cos(t)))

  it('is solved by many steps at the edge of stability', () => {
    const { ys, stats } = solveIvp(stiff(3000), [0, 1], 0)
    // y = cos t + sin t/3000 + …, to 100 rtol
    expect(numbers(ys)[0]).toBeCloseTo(Math.cos(1) + Math.sin(1) / 3000, 4)
    expect(stats!.accepted).toBeGreaterThan(500)
  })

  it('that is hopeless ends at maxSteps with advice', () => {
    const { status, message } = failureOf(() => solveIvp(stiff(1e7), [0, 1], 0, { maxSteps: 5000 }))
    expect(status.kind).toBe('max-steps')
    expect(message).toContain('use a stiff method')
  })

  it('does not hang by default either', () => {
    expect(failureOf(() => solveIvp(stiff(1e9), [0, 1], 0)).status).toMatchObject({ kind: 'max-steps' })
  })
})

describe('a record of many steps', () => {
  it('grows with them and replays them all', () => {
    // 300 steps, past several sizes of the arrays: gradient 300 (1 + h)^299-like product is exact for y' = p y.
    const run = (p: Tensor): Tensor => solveIvp((_t, y) => mul(p, y), [0, 3], 1, { method: rk4, firstStep: 0.01 }).ys
    const [p, h] = [0.3, 0.01]
    const z = p * h
    const factor = 1 + z + z ** 2 / 2 + z ** 3 / 6 + z ** 4 / 24
    const slope = h * (1 + z + z ** 2 / 2 + z ** 3 / 6)
    expect(relativeError(run(tensor(p)), [factor ** 300])).toBeLessThan(1e-13) // 300 roundings
    expect(relativeError(grad((q: Tensor) => sum(run(q)))(tensor(p)), [300 * factor ** 299 * slope])).toBeLessThan(
      1e-13,
    )
  })

  it('is of the size that the statistics say, for states of several shapes', () => {
    const bytes: number[] = []
    const solve = (y0: Tensor): Tensor => {
      const { ys, stats } = solveIvp((_t, y) => add(y, 1), [0, 1], y0, { method: rk4, firstStep: 0.1 })
      bytes.push(stats!.storedBytes)
      return sum(ys)
    }
    grad(solve)(tensor([[1, 2]]))
    grad(solve)(tensor([[1, 2, 3]])) // an odd number is filled up
    solve(tensor([[1, 2]])) // no derivative can follow
    expect(bytes).toEqual([8 * (10 * (4 * 2 + 2) + 2), 8 * (10 * (4 * 4 + 2) + 4), 0])
  })
})

describe('a solve inside onProgress', () => {
  // Of the same field, which has one set of programs: two components that are unrolled, and a stack of loops with a product.
  const spread = (n: number): Tensor => tensor(Float64Array.from({ length: n * n }, (_, i) => Math.sin(i) / n), { shape: [n, n] }) // prettier-ignore

  it.each([2, 40])('of the same field disturbs neither itself nor the outer one, n = %i', (n) => {
    const A = spread(n)
    const f = (t: Tensor, y: Tensor): Tensor => add(matmul(A, y), t)
    const start = (scale: number): Tensor => mul(scale, tensor(Float64Array.from({ length: n }, (_, i) => Math.cos(i))))
    const solveFrom = (y0: Tensor, onProgress?: () => void) =>
      solveIvp(f, [0, 1], y0, { saveAt: [0.3, 1], ...(onProgress && { onProgress }) }).ys
    const loss = (y0: Tensor): Tensor => sum(mul(solveFrom(y0), solveFrom(y0)))
    const inner: Tensor[] = []
    const nested = solveFrom(start(1), () => {
      inner.push(solveFrom(start(2)), grad(loss)(start(2)))
    })
    expect(inner.length).toBeGreaterThan(4)
    expect(nested.data).toEqual(solveFrom(start(1)).data)
    for (let i = 0; i < inner.length; i += 2) {
      expect(inner[i].data).toEqual(solveFrom(start(2)).data)
      expect(inner[i + 1].data).toEqual(grad(loss)(start(2)).data)
    }
  })
})
