import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  at,
  complex,
  div,
  exp,
  linspace,
  log,
  matmul,
  mul,
  neg,
  square,
  stack,
  sub,
  sum,
  tensor,
  type Complex,
  type Tensor,
} from '@cad/core'
import { gradientDescent, lbfgs, leastSquares, minimize } from '@cad/optim'

const rosenbrock = ([a, b]: readonly Tensor[]): Tensor => add(mul(100, square(sub(b, square(a)))), square(sub(1, a)))

describe('minimize does not converge falsely', () => {
  it('where one coordinate is 10¹⁵ times the other', () => {
    const loss = (x: Tensor): Tensor => add(square(sub(div(at(x, 0), 1e9), 5)), square(sub(div(at(x, 1), 1e-6), 3)))
    const { x, status } = minimize(loss, tensor([4e9, 1e-6]))
    const [f, g] = x.toArray() as number[]
    expect(status).toBe('gradient')
    expect(f / 5e9).toBeCloseTo(1, 7) // the tolerance of the gradient is 1e-8
    expect(g / 3e-6).toBeCloseTo(1, 7)
  })

  it.each([0, 1, 1e4, 1e8])('beside a constant of %d that hides the whole fall', (constant) => {
    const target = complex(3e-5, 4e-5)
    const { x, converged } = minimize((z) => add(constant, abs2(sub(z, target))), complex(0, 0))
    const { re, im } = x.item() as Complex
    expect(converged).toBe(true)
    expect(re / 3e-5).toBeCloseTo(1, 7)
    expect(im / 4e-5).toBeCloseTo(1, 7)
  })

  it('in the fit of R in Ω and C in F', () => {
    const omega = mul(2 * Math.PI, exp(linspace(Math.log(1e5), Math.log(1e9), 30)))
    const impedance = ({ R, C }: { R: Tensor; C: Tensor }): Tensor => div(R, add(1, complex(0, mul(omega, mul(R, C)))))
    const data = impedance({ R: tensor(1e4), C: tensor(3e-12) })
    const { x, converged } = minimize((p: { R: Tensor; C: Tensor }) => sum(abs2(sub(impedance(p), data))), {
      R: 2e3,
      C: 1e-11,
    })
    expect(converged).toBe(true)
    expect(Number(x.R.item()) / 1e4).toBeCloseTo(1, 6)
    expect(Number(x.C.item()) / 3e-12).toBeCloseTo(1, 6)
  })

  it.each([1e-20, 1e20])('from a start at %d, far from the minimum in its own unit', (x0) => {
    const { x, converged } = minimize((x) => square(sub(x, 1)), tensor(x0))
    expect(converged).toBe(true)
    expect(x.item()).toBeCloseTo(1, 7)
  })

  it('where one coordinate has a steep start and the other a flat one', () => {
    const loss = (x: Tensor): Tensor => add(mul(1e12, square(sub(at(x, 0), 1e6))), square(sub(at(x, 1), 2)))
    const [a, b] = minimize(loss, tensor([1, 1])).x.toArray() as number[]
    expect(a / 1e6).toBeCloseTo(1, 7)
    expect(b / 2).toBeCloseTo(1, 7)
  })

  it('and takes a minimum at zero for one, with a coordinate beside it or alone', () => {
    const beside = minimize(
      (x) => add(square(sub(at(x, 0), 1)), square(add(at(x, 1), mul(0.1, sub(at(x, 0), 1))))),
      tensor([3, 2]),
    )
    expect(beside.converged).toBe(true)
    expect((beside.x.toArray() as number[])[1]).toBeCloseTo(0, 8)
    const alone = minimize((x) => add(1, square(x)), tensor(3))
    expect(alone.converged).toBe(true)
    expect(alone.x.item()).toBeCloseTo(0, 8)
  })
})

describe('minimize on random quadratics and quartics', () => {
  it('has converged where it says so, in any units and with any constant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const random = (k: number): number => (Math.sin(seed * 12.9898 + k * 78.233) * 43758.5453) % 1 // in (−1, 1)
        const n = 1 + (seed % 5)
        const list = (f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i))
        const units = list((i) => 10 ** (15 * random(i)))
        const minimum = list((i) => (1 + random(10 + i)) * 10 ** (2 * random(20 + i)))
        const start = list((i) => (minimum[i] + random(30 + i) * 10 ** (3 * random(40 + i))) * units[i])
        // Diagonally dominant: the condition is that of the diagonal, 1 to 100, times a few.
        const M = tensor(
          list((i) => i).map((i) =>
            list((j) => (i === j ? 2 ** (6 * Math.abs(random(50 + i))) : 0.2 * random(60 + 5 * i + j))),
          ),
        )
        const loss = (x: Tensor): Tensor => {
          const r = matmul(M, sub(div(x, tensor(units)), tensor(minimum)))
          const q = sum(square(r))
          return mul(10 ** (10 * random(90)), add(1e3 * random(91), seed % 2 === 0 ? q : add(q, square(q))))
        }
        const { x, converged } = minimize(loss, tensor(start))
        expect(converged).toBe(true)
        const largest = Math.max(...minimum)
        // Of the constant, 10³, a part ε is seen: x is known by the gradient to 1e-8, at worst by the value to √(10³ ε) = 5e-7.
        ;(x.toArray() as number[]).forEach((value, i) =>
          expect(Math.abs(value / units[i] - minimum[i]) / largest).toBeLessThan(1e-6 * Math.max(1, 1 / largest)),
        )
      }),
      { numRuns: 100, seed: 8 },
    )
  })
})

describe('minimize goes the same way', () => {
  const start = [-1.2, 1]
  const run = (loss: (x: Tensor) => Tensor, x0: readonly number[], units: readonly number[]) =>
    minimize((x) => loss(stack(units.map((unit, i) => div(at(x, i), unit)))), tensor(x0.map((x, i) => x * units[i])))
  const loss = (x: Tensor): Tensor => rosenbrock([at(x, 0), at(x, 1)])

  it.each([
    [2 ** 40, 2 ** -50],
    [2 ** -30, 2 ** 60],
  ])('in units of %d and %d', (a, b) => {
    const [plain, scaled] = [run(loss, start, [1, 1]), run(loss, start, [a, b])] // powers of two: the same roundings
    expect([scaled.iterations, scaled.evaluations, scaled.status]).toEqual([
      plain.iterations,
      plain.evaluations,
      plain.status,
    ])
    expect((scaled.x.toArray() as number[]).map((x, i) => x / [a, b][i])).toEqual(plain.x.toArray())
  })

  it('with the loss in another unit', () => {
    const [plain, scaled] = [run(loss, start, [1, 1]), run((x) => mul(2 ** 70, loss(x)), start, [1, 1])]
    expect([scaled.evaluations, scaled.status, scaled.x.toArray()]).toEqual([
      plain.evaluations,
      plain.status,
      plain.x.toArray(),
    ])
  })

  it.each([1, -1, 1e3, -1e6])('to the same end with %d added to the loss', (constant) => {
    const { x, converged } = run((x) => add(constant, loss(x)), start, [1, 1])
    expect(converged).toBe(true)
    for (const value of x.toArray() as number[]) expect(value).toBeCloseTo(1, 6)
  })
})

describe('an unbounded loss', () => {
  it.each([
    ['−x⁴', (x: Tensor) => neg(square(square(x)))],
    ['x', (x: Tensor) => x],
    ['−eˣ', (x: Tensor) => neg(exp(x))],
    ['−√(1 + x²)', (x: Tensor) => neg(exp(mul(0.5, log(add(1, square(x))))))],
  ])('is unbounded, not at its rounding level: %s', (_, loss) => {
    for (const x0 of [1, 1e-3, 20]) {
      const { status, converged, value } = minimize(loss, tensor(x0))
      expect([status, converged]).toEqual(['unbounded', false])
      expect(Number.isFinite(value)).toBe(true)
    }
  })

  it('is unbounded for gradient descent too', () => {
    const { status } = minimize((x) => neg(square(square(x))), tensor(1), { method: gradientDescent() })
    expect(status).toBe('unbounded')
  })
})

describe('a target', () => {
  it('ends a search as soon as the value is there', () => {
    const { status, value, converged, iterations } = minimize((x) => sum(square(x)), tensor([3, 4]), { target: 21 })
    expect([status, converged, iterations]).toEqual(['target', true, 1])
    expect(value).toBeLessThanOrEqual(21)
    expect(minimize((x) => sum(square(x)), tensor([3, 4]), { target: 25 })).toMatchObject({
      status: 'target',
      iterations: 0,
      message: 'the target of 25 is reached: 25',
    })
  })
})

describe('a target of leastSquares', () => {
  it('is one of ‖r‖²', () => {
    const result = leastSquares((x: Tensor) => sub(exp(x), 2), tensor(3), { target: 1 })
    expect(result).toMatchObject({ status: 'target', converged: true })
    expect(result.value).toBeGreaterThan(1e-3)
  })
})

describe('absolute tolerances', () => {
  const loss = (x: Tensor): Tensor => rosenbrock([at(x, 0), at(x, 1)])
  it.each([
    ['gradient', { absoluteGradientTolerance: 1e-2 }],
    ['step', { absoluteStepTolerance: 1e-2 }],
    ['reduction', { absoluteReductionTolerance: 1e-4 }],
  ] as const)('end a search with the status %s', (status, tolerance) => {
    const early = minimize(loss, tensor([-1.2, 1]), { method: lbfgs(tolerance) })
    const full = minimize(loss, tensor([-1.2, 1]))
    expect(early.status).toBe(status)
    expect(early.iterations).toBeLessThan(full.iterations)
  })
})
