/**
 * Value and gradient of the population of a driven qubit through `solveIvp`, beside the same algorithm written by hand in
 * plain JavaScript. Both take the same steps; the losses agree to 1e-10, which is checked before anything is timed.
 */
import { abs2, add, at, complex, cos, matmul, mul, sin, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { dopri5, solveIvp } from '@cad/ode'
import { compare } from './compare.ts'
import { twoLevelGradient, twoLevelLoss } from './peers/two-level-qubit.ts'

const sigmaX = tensor([
  [0, 1],
  [1, 0],
])
const sigmaY = tensor([
  [0, complex(0, -1)],
  [complex(0, 1), 0],
])
const sigmaZ = tensor([
  [1, 0],
  [0, -1],
])
const minusI = complex(0, -1)
const ground = tensor([complex(1), 0])
const [T, firstStep, rtol, atol] = [20, 1e-3, 1e-8, 1e-10]

/** ψ' = −iHψ, p = (ω, a, ν, φ, b) */
function schroedinger(t: Tensor, psi: Tensor, p: Tensor): Tensor {
  const [omega, a, nu, phi, b] = [0, 1, 2, 3, 4].map((i) => at(p, i))
  const drift = mul(mul(0.5, omega), sigmaZ)
  const driveX = mul(mul(a, cos(add(mul(nu, t), phi))), sigmaX)
  const driveY = mul(mul(b, sin(mul(nu, t))), sigmaY)
  return mul(minusI, matmul(add(add(drift, driveX), driveY), psi))
}

const solveFor = (p: Tensor) =>
  solveIvp(schroedinger, [0, T], ground, { args: p, method: dopri5, rtol, atol, firstStep })
const loss = (p: Tensor): Tensor => abs2(at(solveFor(p).ys, 0, 1))
const both = valueAndGrad(loss)

const p = tensor([1.0, 0.4, 1.1, 0.3, 0.2])
const byHand = twoLevelGradient(p.data, T, firstStep, rtol, atol)
const ours = both(p)
const steps = solveFor(p).stats?.accepted
const defect = Math.max(
  Math.abs(ours.value.data[0] - byHand.loss),
  ...byHand.gradient.map((g, i) => Math.abs(g - ours.gradient.data[i])),
)
if (steps !== byHand.steps || !(defect < 1e-10)) {
  throw new Error(
    `two-level-qubit: expected ${byHand.steps} steps and a defect below 1e-10, got ${steps} and ${defect}.`,
  )
}

await compare(`two-level qubit, dopri5, ${steps} steps: value and gradient`, {
  expected:
    '≤ 3 × by hand: one traced and compiled right-hand side, steps generated for 4 numbers, no graph inside the solve',
  baseline: 'by hand, value and gradient',
  cases: {
    'by hand, value and gradient': () => twoLevelGradient(p.data, T, firstStep, rtol, atol),
    'valueAndGrad through solveIvp': () => both(p),
  },
})

await compare(`two-level qubit, dopri5, ${steps} steps: value`, {
  expected: '≤ 3 × by hand',
  baseline: 'by hand, value',
  cases: {
    'by hand, value': () => twoLevelLoss(p.data, T, firstStep, rtol, atol),
    solveIvp: () => loss(p),
  },
})
