import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  at,
  complex,
  conj,
  exp,
  log,
  matmul,
  mul,
  norm,
  square,
  sub,
  sum,
  tensor,
  type Tensor,
} from '@cad/core'
import { solve } from '@cad/linalg'
import { lbfgs, minimize } from '@cad/optim'

const rosenbrock = (x: Tensor): Tensor =>
  add(mul(100, square(sub(at(x, 1), square(at(x, 0))))), square(sub(1, at(x, 0))))

describe('minimize', () => {
  it('finds the minimum of the Rosenbrock function from the standard start', () => {
    const { x, status, evaluations } = minimize(rosenbrock, tensor([-1.2, 1]))
    const [a, b] = x.toArray() as number[]
    expect(a).toBeCloseTo(1, 8)
    expect(b).toBeCloseTo(1, 8)
    expect(['gradient', 'reduction']).toContain(status)
    expect(evaluations).toBeLessThan(80)
  })

  it('finds the minimum of a complex valley that is not holomorphic', () => {
    // |1 − z|² + 100 |w − z̄²|² vanishes at z = w = 1 alone.
    const loss = ({ z, w }: { z: Tensor; w: Tensor }): Tensor =>
      add(abs2(sub(1, z)), mul(100, abs2(sub(w, square(conj(z))))))
    const { x, value, converged } = minimize(loss, { z: complex(-0.8, 1), w: complex(0.5, -1) })
    expect(converged).toBe(true)
    expect(value).toBeLessThan(1e-15)
    expect(norm(sub(x.z, 1)).item()).toBeLessThan(1e-7)
    expect(norm(sub(x.w, 1)).item()).toBeLessThan(1e-7)
  })

  it('solves a linear system by its quadratic form, whatever the memory', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 }), (memory, seed) => {
        const n = 5
        const entries = Array.from({ length: n * n }, (_, k) => Math.sin(seed + 7 * k)) // in [−1, 1]
        const M = tensor(entries, { shape: [n, n] })
        const A = tensor(
          Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 4 + i : 0.2))),
        )
        const b = matmul(M, tensor([1, 2, 3, 4, 5]))
        const loss = (x: Tensor): Tensor => sub(mul(0.5, sum(mul(x, matmul(A, x)))), sum(mul(b, x)))
        const { x } = minimize(loss, tensor([0, 0, 0, 0, 0]), { method: lbfgs({ memory, gradientTolerance: 1e-12 }) })
        // The value is flat to rounding ε within √ε of the minimum.
        expect(norm(sub(x, solve(A, b))).item()).toBeLessThan(1e-6)
      }),
      { numRuns: 30 },
    )
  })

  it('backs off from points where the loss is not finite', () => {
    // x − log x has its minimum at 1 and is NaN below 0; the first step overshoots.
    const { x, status } = minimize((x) => sub(x, log(x)), tensor(0.001))
    expect(x.item()).toBeCloseTo(1, 7)
    expect(['gradient', 'reduction']).toContain(status)
    const steep = minimize((x) => sub(exp(exp(x)), x), tensor(5))
    expect(Number.isFinite(steep.value)).toBe(true)
    expect(steep.converged).toBe(true)
  })

  it('has converged at a stationary start', () => {
    const { iterations, status, message } = minimize((x) => sum(square(x)), tensor([0, 0]))
    expect([iterations, status, message]).toEqual([0, 'gradient', 'converged: |gradient| 0.0e+0'])
  })

  it('reports the rounding level rather than running on', () => {
    // The minimum value 1 hides the last digits of x: no step can be seen in the value.
    const { converged, status, x } = minimize((x) => add(1, square(sub(x, 0.3))), tensor(0.31), {
      method: lbfgs({ gradientTolerance: 0, reductionTolerance: 0, stepTolerance: 0 }),
    })
    expect(x.item()).toBeCloseTo(0.3, 7)
    expect(converged || status === 'stalled').toBe(true)
  })

  it('reports nonFinite where only the start is finite', () => {
    const loss = (x: Tensor): Tensor => (x.item() === 2 ? square(x) : tensor(NaN))
    expect(minimize(loss, tensor(2))).toMatchObject({ status: 'nonFinite', value: 4, converged: false })
  })

  it('keeps the best point when it is stopped, and when the loss throws', () => {
    const stopped = minimize(rosenbrock, tensor([-1.2, 1]), { onProgress: ({ loss }) => loss > 2 })
    expect(stopped.status).toBe('stopped')
    expect(stopped.value).toBeLessThanOrEqual(2)
    let calls = 0
    const failed = minimize(
      (x) => {
        if (++calls === 10) throw new Error('no convergence')
        return rosenbrock(x)
      },
      tensor([-1.2, 1]),
    )
    expect(failed.status).toBe('failed')
    expect(failed.value).toBeLessThan(24.2)
    expect(rosenbrock(failed.x).item()).toBe(failed.value)
  })

  it('counts iterations, evaluations and history alike', () => {
    const { iterations, evaluations, history, gradientNorm } = minimize(rosenbrock, tensor([-1.2, 1]))
    expect(history).toHaveLength(iterations + 1)
    expect(history.at(-1)).toMatchObject({ iteration: iterations, evaluations, gradientNorm })
  })
})
