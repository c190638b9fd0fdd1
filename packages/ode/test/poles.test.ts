import { at, complex, grad, jvp, maximum, mul, neg, pow, real, sqrt, sub, sum, tanh, type Tensor } from '@cad/core'
import { solveIvp } from '@cad/ode'
import { describe, expect, it } from 'vitest'

// Right-hand sides with infinite slopes, or with slopes that overflow on the way: their derivatives are finite.

describe('a right-hand side with a power of t, which is 0 at the start', () => {
  // y = e⁻ᵗ(1 + ∫ sᵖ eˢ ds): at p = 1.5 the derivative of y(0) + y(1) in p
  const loss = (p: Tensor): Tensor => sum(solveIvp((t, y) => sub(pow(t, p), y), [0, 1], 1).ys)

  it('has a gradient in the exponent, in both modes', () => {
    expect(grad(loss)(1.5).item()).toBeCloseTo(-0.1004, 4)
    expect(jvp(loss)(1.5, 1).tangent.item()).toBeCloseTo(grad(loss)(1.5).item() as number, 12)
  })

  it('has the gradient that differences see', () => {
    const step = 1e-4
    const ends = [1.5 + step, 1.5 - step].map((p) => loss(p as unknown as Tensor).item() as number)
    expect(grad(loss)(1.5).item()).toBeCloseTo((ends[0] - ends[1]) / (2 * step), 6)
  })
})

describe('a tank that runs empty, y′ = −√max(y, 0)', () => {
  const tank = (y0: Tensor): Tensor => sum(solveIvp((_t, y) => neg(sqrt(maximum(y, 0))), [0, 3], y0).ys)

  it('has the same derivative in both modes', () => {
    const forward = jvp(tank)(1, 1).tangent.item() as number
    expect(Number.isFinite(forward)).toBe(true)
    expect(grad(tank)(1).item()).toBeCloseTo(forward, 12)
  })
})

describe('a right-hand side that saturates far out', () => {
  it('y′ = tanh(800 y): where it is 1, the solution moves as its start does', () => {
    const last = (y0: Tensor): Tensor => real(at(solveIvp((_t, y) => tanh(mul(800, y)), [0, 1], y0).ys, 0))
    const bar = grad(last)(complex(2, 0.001)).toArray() as { re: number; im: number }
    expect(bar.re).toBeCloseTo(1, 12)
    expect(bar.im + 0).toBeCloseTo(0, 12)
  })
})
