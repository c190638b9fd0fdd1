/**
 * What a user's program does first, with the packages as a user gets them: a gradient, one through a linear solve and one
 * through an ODE solve, each against its closed form. It runs from the packed tarballs and in a browser.
 *
 * Expected: one line, `consumer: d|z|²/dz at 3+4i is 6+8i`; every other outcome is an error.
 */
import { abs2, complex, grad, mul, sub, sum, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { solve } from '@cad/linalg'
import { solveIvp, tsit5 } from '@cad/ode'

/** Throws unless the interleaved parts of a tensor are these, to within 1e-6. */
function expectParts(what: string, { data }: Tensor, expected: readonly number[]): void {
  const agrees = data.length === expected.length && expected.every((part, i) => Math.abs(data[i] - part) < 1e-6)
  if (!agrees) throw new Error(`consumer: ${what} should be [${expected.join(', ')}] and is [${data.join(', ')}].`)
}

const z = tensor([complex(3, 4)])

// L = |z|² and its gradient ∂L/∂Re z + i ∂L/∂Im z = 2z.
const gradient = grad((x: Tensor) => sum(abs2(x)))(z)
expectParts('the gradient of |z|²', gradient, [6, 8])

// A x = z with A = (2): x = z/2, L = |x − 1|², dL/dz = 2 (z/2 − 1) / 2 = z/2 − 1.
const A = tensor([[complex(2)]])
const { gradient: throughSolve } = valueAndGrad((b: Tensor) => sum(abs2(sub(solve(A, b), 1))))(z)
expectParts('the gradient through solve', throughSolve, [0.5, 2])

// dy/dt = p y, y(0) = 1: |y(1)|² = exp(2 Re p), so dL/dp = 2 exp(2 Re p).
const finalPopulation = (p: Tensor): Tensor =>
  sum(
    abs2(solveIvp((_t, y) => mul(p, y), [0, 1], tensor([complex(1)]), { method: tsit5, rtol: 1e-10, saveAt: [1] }).ys),
  )
const throughOde = grad(finalPopulation)(tensor([complex(-0.5, 2)]))
expectParts('the gradient through solveIvp', throughOde, [2 / Math.E, 0])

console.log(`consumer: d|z|²/dz at 3+4i is ${gradient.data[0].toFixed(0)}+${gradient.data[1].toFixed(0)}i`)
