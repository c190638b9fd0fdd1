/** The steps of an explicit method and their adjoint as functions of a module: what `steps/explicit.ts` does, on one field. */
import { f64, i32, v128, type FunctionBuilder, type ModuleBuilder, type Signature } from '@cad/core/compiler'
import type { StateLayout } from '../state-layout.ts'
import { nonzero, type StageTable } from '../steps/stages.ts'
import type { Bench } from './bench.ts'
import { emitMeanSquares } from './error-norm-wasm.ts'
import { emitCombined, pushAt, scaledWeights, vectorLoop } from './vector-loops.ts'

/** The parameters that all functions of a step have: (t, h, address of its start state, earliest, latest). */
const stepParameters = [f64, f64, i32, f64, f64] as const
const [t, h, base, earliest, latest] = [0, 1, 2, 3, 4]

/** What the functions of one method on one field share. */
export interface Steps {
  readonly module: ModuleBuilder
  readonly table: StageTable
  readonly layout: StateLayout
  readonly bench: Bench
}

/** `stageTime`: min(max(t + c h, earliest), latest) */
function pushStageTime(code: FunctionBuilder, c: number): void {
  code.get(t).float(c).get(h).op('mul').op('add').get(earliest).op('max').get(latest).op('min')
}

/**
 * The stages of a step, and its scaled error; NaN where that is not finite or not safe. The first slope is given, or, where the last
 * parameter is 1, it is the last one of the step before.
 */
export function emitExplicitStep({ module, table, layout, bench }: Steps, value: Signature): void {
  const { main, rows, c, scheme } = table
  const { width } = layout
  const code = module.function('step', [...stepParameters, i32], [f64])
  const { slopes } = bench
  code.get(stepParameters.length).ifThen(() => emitContinuation(code, table, width, slopes))
  for (let stage = 1; stage < main; stage++) {
    const vectors = { address: slopes, weights: scaledWeights(code, h, rows[stage]) }
    emitCombined(code, { base, offset: 8 * stage * width }, { base, offset: 0 }, { vectors, width })
    pushStageTime(code, c[stage])
    code.get(base).int(8 * stage * width).intAdd().int(slopes + 8 * stage * width).call(value) // prettier-ignore
  }
  const end = { base, offset: 8 * (main - 1) * width }
  if (scheme.e === undefined) return pushFiniteness(code, end, width)
  const estimates = [scheme.e, scheme.eLow].flatMap((weights) =>
    weights === undefined ? [] : [{ address: slopes, weights: scaledWeights(code, h, nonzero(weights)) }],
  )
  const { rtol, atol } = bench
  emitMeanSquares(code, layout, estimates, { y: { base, offset: 0 }, y1: end, rtol, atol, stride: 8 * width })
  if (estimates.length === 1) return void code.op('sqrt')
  // E²/√(E² + E′²/100)
  const [square, low] = [code.local(f64), code.local(f64)]
  code.set(low).tee(square).get(square).get(low).float(0.01).op('mul').op('add').op('sqrt').op('div')
}

/** 0 if all numbers of a state are finite, else NaN. */
function pushFiniteness(
  code: FunctionBuilder,
  state: { readonly base: number; readonly offset: number },
  width: number,
): void {
  const [sum, total] = [code.local(v128), code.local(f64)]
  code.vectorConstant(0, 0).set(sum)
  vectorLoop(code, width, (at) => {
    pushAt(code, state, at)
      .loadVector(state.offset + at.further)
      .get(sum)
      .lanes('add')
      .set(sum)
  })
  code.get(sum).lane(0).get(sum).lane(1).op('add').tee(total).get(total).op('sub')
}

/** The slope at the end becomes the first of the next step. */
function emitContinuation(code: FunctionBuilder, { main }: StageTable, width: number, slopes: number): void {
  vectorLoop(code, width, (at) => {
    code
      .get(at.counter)
      .get(at.counter)
      .loadVector(slopes + 8 * (main - 1) * width + at.further)
    code.storeVector(slopes + at.further)
  })
}

/**
 * The adjoint of a step. `back` is for steps with nothing saved inside: the slope at the end, and the stages of the interpolant, enter
 * nothing then. `backThroughSaves` begins with the cotangents of all slopes that the saves have.
 */
export function emitExplicitAdjoint(steps: Steps, vjp: Signature): void {
  emitBack(steps, vjp, false)
  emitBack(steps, vjp, true)
}

function emitBack({ module, table, layout: { width }, bench }: Steps, vjp: Signature, hasSaves: boolean): void {
  const { main, count, c, columns, b } = table
  const code = module.function(hasSaves ? 'backThroughSaves' : 'back', stepParameters)
  const vector = 8 * width
  const last = hasSaves ? count - 1 : main - 2
  for (let stage = last; stage >= 0; stage--) {
    const later = columns[stage].filter(([j]) => j <= last)
    // The cotangent of y₁ stands behind those of the stages.
    const own = b[stage] === 0 ? [] : scaledWeights(code, h, [[count, b[stage]]])
    const vectors = { address: bench.stageBars, weights: [...own, ...scaledWeights(code, h, later)] }
    const given = hasSaves ? { offset: bench.saveBars + stage * vector } : undefined
    emitCombined(code, { offset: bench.slopeBar }, given, { vectors, width })
    pushStageTime(code, c[stage])
    if (stage < main)
      code
        .get(base)
        .int(stage * vector)
        .intAdd()
    else code.int(bench.extra + (stage - main) * vector)
    code.int(bench.slopeBar).int(bench.stageBars + stage * vector).call(vjp) // prettier-ignore
  }
  vectorLoop(code, width, (at) => {
    code
      .get(at.counter)
      .get(at.counter)
      .loadVector(bench.y + at.further)
    for (let stage = 0; stage <= last; stage++) {
      code
        .get(at.counter)
        .loadVector(bench.stageBars + stage * vector + at.further)
        .lanes('add')
    }
    code.storeVector(bench.y + at.further)
  })
}
