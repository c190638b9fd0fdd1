/**
 * Value and gradient of the population of a driven qubit through `solveIvp`, beside the same algorithm written by hand in
 * plain JavaScript. Both take the same steps; the losses agree to 1e-10, which is checked before anything is timed.
 */
import { abs2, at, complex, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { dopri5, solveIvp } from '@cad/ode'
import { compare } from './compare.ts'
import { twoLevelQubit } from './models/two-level-qubit.ts'
import { twoLevelGradient, twoLevelLoss } from './peers/two-level-qubit.ts'

const ground = tensor([complex(1), 0])
const [T, firstStep, rtol, atol] = [20, 1e-3, 1e-8, 1e-10]

const solveFor = (p: Tensor) =>
  solveIvp(twoLevelQubit.f, [0, T], ground, { args: p, method: dopri5, rtol, atol, firstStep })
const loss = (p: Tensor): Tensor => abs2(at(solveFor(p).ys, 0, 1))
const both = valueAndGrad(loss)

const p = tensor(twoLevelQubit.p)
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
