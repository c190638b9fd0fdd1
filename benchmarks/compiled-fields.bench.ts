/**
 * Right-hand sides and their VJPs as the compiler makes them, beside the same by hand: plain JavaScript for the small problems,
 * SIMD loops in AssemblyScript for the spin chains. One call of each at the same numbers; results and cotangents agree to 1e-12
 * of the largest, which is checked before anything is timed.
 */
import { add, adjoint, mul, type TensorType } from '@cad/core'
import { randomComplex, randomReal } from '@cad/testing'
import { compare } from './compare.ts'
import { compileField, inPlace, sizesOf, type Call, type FieldData } from './compiled-field.ts'
import { coupledModes, coupledModesPacked } from './models/coupled-modes.ts'
import type { Model } from './models/model.ts'
import { nonlinearCircuit } from './models/nonlinear-circuit.ts'
import { spinChain, spinChainDense } from './models/spin-chain.ts'
import { twoLevelQubit } from './models/two-level-qubit.ts'
import { coupledModesByHand, coupledModesPackedByHand } from './peers/coupled-modes.ts'
import type { HandWritten } from './peers/hand-written.ts'
import { nonlinearCircuitByHand } from './peers/nonlinear-circuit.ts'
import { spinChainByHand } from './peers/spin-chain.ts'
import { slope, slopeAdjoint } from './peers/two-level-qubit.ts'
import { repeated } from './repeated.ts'

/** The hand-written form of a model as calls, and the arrays that they write to. */
interface Peer {
  readonly value: Call
  readonly vjp: Call
  readonly out: Float64Array
  readonly g: Float64Array
}

interface Problem {
  readonly model: Model
  readonly peer: (data: FieldData) => Peer
  /** Calls in one case. */
  readonly calls: number
  readonly expected: string
}

const inPlainJavaScript =
  (byHand: HandWritten): Problem['peer'] =>
  ({ t, y, p, w }) => {
    const [out, g] = [new Float64Array(y.length), new Float64Array(p.length)]
    return {
      value: { f: byHand.slope, args: [t, y, 0, p, out, 0] },
      vjp: { f: byHand.slopeAdjoint, args: [t, y, 0, w, p, out, 0, g] },
      out,
      g,
    }
  }

const inSimdLoops =
  (form: 'sparse' | 'dense'): Problem['peer'] =>
  (data) => {
    const { slope, slopeAdjoint, out, g } = spinChainByHand(form, data)
    return { value: { f: slope, args: [data.t] }, vjp: { f: slopeAdjoint, args: [data.t] }, out, g }
  }

const problems: readonly Problem[] = [
  {
    model: twoLevelQubit,
    peer: inPlainJavaScript({ slope, slopeAdjoint }),
    calls: 1000,
    expected: '≤ 1.2 × by hand: straight-line code with the same operations',
  },
  {
    model: nonlinearCircuit,
    peer: inPlainJavaScript(nonlinearCircuitByHand),
    calls: 1000,
    expected: '≤ 1.2 × by hand: straight-line code with the same operations',
  },
  {
    model: coupledModes,
    peer: inPlainJavaScript(coupledModesByHand),
    calls: 20,
    expected:
      '≤ 1.2 × by hand: it cannot know that ρ is Hermitian and does twice the work, but without index arithmetic',
  },
  {
    model: coupledModesPacked,
    peer: inPlainJavaScript(coupledModesPackedByHand),
    calls: 20,
    expected: '≤ 1.2 × by hand: the work of the loops without their index arithmetic',
  },
  {
    model: spinChain,
    peer: inSimdLoops('sparse'),
    calls: 50,
    expected: '≤ 1.5 × by hand: SIMD loops over gathered elements, where the loops by hand move by an exclusive or',
  },
  {
    model: spinChainDense,
    peer: inSimdLoops('dense'),
    calls: 5,
    expected: '≤ 1.5 × by hand: a matrix–vector product of 1 MiB dominates both',
  },
]

/** A state of this type; a square matrix is Hermitian, as density matrices and their cotangents are. */
function stateOf(type: TensorType, seed: number): Float64Array {
  if (type.dtype === 'float64') return randomReal(type.shape, seed).data
  const x = randomComplex(type.shape, seed)
  return type.shape.length === 2 ? mul(0.5, add(x, adjoint(x))).data : x.data
}

function requireAgreement(what: string, compiled: Float64Array, byHand: Float64Array): void {
  const largest = byHand.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const defect = byHand.reduce((most, x, i) => Math.max(most, Math.abs(x - compiled[i])), 0) / largest
  if (!(defect <= 1e-12)) throw new Error(`${what}: expected a relative difference ≤ 1e-12, got ${defect}.`)
}

for (const { model, peer, calls, expected } of problems) {
  const { n, m } = sizesOf(model)
  const [y, w] = [stateOf(model.state, 1), stateOf(model.state, 2)]
  const data: FieldData = { t: 0.7, y, p: Float64Array.from(model.p), w }
  const byHand = peer(data)
  const compiled = compileField(model)
  const [out, g] = [new Float64Array(n), new Float64Array(m)]
  const valueArgs = [data.t, y, 0, data.p, out, 0]
  const vjpArgs = [data.t, y, 0, data.p, w, 0, out, 0, g]

  const rows = [
    { what: 'right-hand side', program: compiled.value, args: valueArgs, hand: byHand.value },
    { what: 'VJP', program: compiled.vjp, args: vjpArgs, hand: byHand.vjp },
  ]
  for (const { what, program, args, hand } of rows) {
    const title = `${model.title}: ${what}`
    program.run(...args)
    hand.f(...(hand.args as [number, ...never[]]))
    requireAgreement(title, out, byHand.out)
    if (what === 'VJP') requireAgreement(title, g, byHand.g)

    const placed = inPlace(program, args)
    const through: Call = { f: program.run, args }
    await compare(`${title} (${program.target}, ${program.form}, ${program.flops} flops)`, {
      expected,
      baseline: 'by hand',
      calls,
      maxTime: 0.5,
      cases: {
        'by hand': repeated(calls, hand),
        compiled: repeated(calls, placed ?? through),
        ...(placed && { 'compiled, with copies of arrays to and from the kernel memory': repeated(calls, through) }),
      },
    })
  }
}
