/**
 * Value and gradient of four initial-value problems through `solveIvp`, beside the same algorithm written by hand in C. Both take the
 * same steps, and their gradients agree to 1e-12 of their size, which is checked before anything is timed.
 */
import { abs2, add, at, complex, jit, mul, real, square, sum, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { dopri5, solveIvp } from '@cad/ode'
import { randomReal } from '@cad/testing'
import { compare } from './compare.ts'
import { compileField, inPlace, sizesOf } from './compiled-field.ts'
import { coupledModes, coupledModesPacked } from './models/coupled-modes.ts'
import type { Model } from './models/model.ts'
import { nonlinearCircuit } from './models/nonlinear-circuit.ts'
import { spinChain } from './models/spin-chain.ts'
import { twoLevelQubit } from './models/two-level-qubit.ts'
import { runInC } from './peers/dopri5.ts'
import { repeated } from './repeated.ts'

interface Case {
  readonly name: string
  /** Number of its model in dopri5.c. */
  readonly model: number
  readonly field: Model
  readonly end: number
  readonly start: Tensor
  readonly loss: (y: Tensor) => Tensor
  /** Value and gradient over C, at most. */
  readonly target: number
}

/** Zeros but for a one at the first place. */
function unit(shape: readonly number[], isComplex: boolean): Tensor {
  const count = shape.reduce((product, n) => product * n, 1)
  const data = new Float64Array(isComplex ? 2 * count : count)
  data[0] = 1
  return tensor(data, { shape, dtype: isComplex ? 'complex128' : 'float64' })
}

const signs = tensor(Float64Array.from({ length: 256 }, (_, i) => (i & 1 ? -1 : 1)))

const cases: readonly Case[] = [
  { name: 'qubit', model: 1, field: twoLevelQubit, end: 20, start: tensor([complex(1), 0]), loss: (y) => abs2(at(y, 1)), target: 1.6 },
  { name: 'circuit', model: 2, field: nonlinearCircuit, end: 20, start: tensor([0.5, 0, 0]), loss: (y) => add(square(at(y, 0)), at(y, 2)), target: 2.2 },
  { name: 'Lindblad, packed', model: 3, field: coupledModesPacked, end: 10, start: unit([81], false), loss: (y) => at(y, 4), target: 1.8 },
  { name: 'Lindblad, complex', model: 3, field: coupledModes, end: 10, start: unit([9, 9], true), loss: (y) => real(at(y, 4, 4)), target: 3 },
  { name: 'spin chain', model: 4, field: spinChain, end: 2, start: unit([256], true), loss: (y) => sum(mul(signs, abs2(y))), target: 2.2 },
] // prettier-ignore

/** Largest difference of two gradients, as a part of the largest entry. */
const defect = (ours: Float64Array, theirs: readonly number[]): number =>
  Math.max(...theirs.map((g, i) => Math.abs(g - ours[i]))) / Math.max(...theirs.map(Math.abs))

for (const { name, model, field, end, start, loss, target } of cases) {
  const f = jit(field.f)
  const solve = (p: Tensor) =>
    solveIvp<Tensor>(f, [0, end], start, { args: p, method: dopri5, rtol: 1e-8, atol: 1e-10, firstStep: 1e-3 })
  const value = (p: Tensor): Tensor => loss(at(solve(p).ys, 0))
  const both = valueAndGrad(value)
  const p = tensor(field.p)
  const peer = runInC(model)
  if (peer === undefined) console.log(`${name}: C is absent (no gcc here)`)
  else if (name !== 'Lindblad, packed') {
    // The packed state counts each number once in the norm, and takes other steps.
    const { accepted } = solve(p).stats!
    const difference = defect(both(p).gradient.data, peer.gradient)
    if (accepted !== peer.steps || !(difference < 1e-12)) {
      throw new Error(
        `${name}: expected ${peer.steps} steps and gradients equal to 1e-12, got ${accepted} and ${difference}.`,
      )
    }
  }
  const inC = 'C, gcc -O3 -march=native'
  const times = await compare(`${name}: value and gradient`, {
    expected: `≤ ${target} × C: one WebAssembly module, everything resident; what is left are vector widths and the host's loop over steps`,
    cases: { 'valueAndGrad through solveIvp': () => both(p) },
    ...(peer && { baseline: inC, measured: { [inC]: 1e-6 * peer.valueAndGradient } }),
  })
  await compare(`${name}: value`, {
    expected: 'below the ratio of value and gradient',
    cases: { solveIvp: () => value(p) },
    ...(peer && { baseline: inC, measured: { [inC]: 1e-6 * peer.value } }),
  })
  const { evaluations, accepted } = solve(p).stats!
  const all = times['valueAndGrad through solveIvp']
  const each = await callTimes(name, field)
  await compare(`${name}: share of the gradient inside of right-hand sides and their vjps`, {
    expected: 'the rest is stage sums, norm, sweep and the host: less than half',
    baseline: 'value and gradient',
    cases: {},
    measured: {
      'value and gradient': all,
      'inside of f and its vjp': evaluations * each.value + 6 * accepted * each.vjp,
    },
  })
}

/** Seconds of one call of the compiled right-hand side, and of its vjp, in place. */
async function callTimes(name: string, field: Model): Promise<{ readonly value: number; readonly vjp: number }> {
  const { n, m } = sizesOf(field)
  const { value, vjp } = compileField(field, 'wasm')
  const [y, w, out] = [randomReal([n], 1).data, randomReal([n], 2).data, new Float64Array(n)]
  const [p, g] = [Float64Array.from(field.p), new Float64Array(m)]
  const calls = 1000
  const times = await compare(`${name}: one call`, {
    expected: 'a vjp costs two to four values',
    calls,
    cases: {
      f: repeated(calls, inPlace(value, [0.7, y, 0, p, out, 0])!),
      'its vjp': repeated(calls, inPlace(vjp, [0.7, y, 0, p, w, 0, out, 0, g])!),
    },
  })
  return { value: times.f, vjp: times['its vjp'] }
}
