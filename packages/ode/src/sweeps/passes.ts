/** Sweeps over all steps of a record, forwards and backwards, for any family of methods. */
import type { FieldAt } from '../field.ts'
import type { Recorded } from '../integrate.ts'
import type { Bars, Dots, SavedHere, StepSweep } from '../methods/stepper.ts'
import { savesByStep, type SegmentView, type View } from './view.ts'

type Orders = readonly SavedHere['derivative'][]

/** Forwards, by one sweep for each segment; what was saved at the very start of a record without steps is the start itself. */
function forwards(
  record: Recorded,
  view: View,
  orders: Orders,
  {
    sweep,
    start,
    before,
  }: {
    readonly sweep: (segment: SegmentView, number: number) => StepSweep
    readonly start: Float64Array | undefined
    readonly before?: (step: number) => void
  },
): Float64Array {
  const { doubles, segments } = view
  const saved = new Float64Array(orders.length * record.savedPoints.length * doubles)
  const saves = savesByStep(record, orders, doubles)
  if (record.trajectory.steps === 0 && start !== undefined) {
    for (const { at, derivative } of saves(0)) if (derivative === 0) saved.set(start.subarray(0, doubles), at)
  }
  segments.forEach((segment, k) => {
    const run = sweep(segment, k)
    for (let step = segment.first; step < segment.first + segment.steps; step++) {
      before?.(step)
      run(segment.at(step), saves(step), saved)
    }
  })
  return saved
}

/** Values and derivatives of the interpolant where something was saved. */
export const interpolation = (record: Recorded, view: View, orders: Orders): Float64Array =>
  forwards(record, view, orders, { sweep: ({ f }) => view.stepper.interpolate(f), start: undefined })

/** Tangents of what was saved, for those of y0 and of the parameters of each segment. `kept` receives the tangent at every start of a step. */
export function tangents(
  record: Recorded,
  view: View,
  orders: Orders,
  { y0, p, kept }: { readonly y0: Float64Array; readonly p: readonly Float64Array[]; readonly kept?: Float64Array },
): Float64Array {
  const y = y0.slice()
  const { doubles } = view
  return forwards(record, view, orders, {
    sweep: ({ f }, k) => view.stepper.tangent(f, { y, p: p[k] }),
    start: y,
    ...(kept && { before: (step: number) => kept.set(y, step * doubles) }),
  })
}

/** One direction for all of a solve. */
export interface Along {
  readonly y0: Float64Array
  /** For each segment. */
  readonly p: readonly Float64Array[]
}

export function secondTangents(record: Recorded, view: View, [u, v]: readonly [Along, Along]): Float64Array {
  const y = new Float64Array(view.doubles)
  const [uy, vy] = [u.y0.slice(), v.y0.slice()]
  const sweep = ({ f }: SegmentView, k: number): StepSweep =>
    view.stepper.tangentOfTangent(f, { u: { y: uy, p: u.p[k] }, v: { y: vy, p: v.p[k] }, y })
  return forwards(record, view, [0], { sweep, start: y })
}

/** Cotangents of the start, and of the parameters of each segment. */
export interface Pulled {
  readonly y0: Float64Array
  readonly p: readonly Float64Array[]
}

const barsFor = (f: FieldAt): Float64Array => new Float64Array(f.p.length)

export function cotangents(record: Recorded, view: View, saved: Float64Array): Pulled {
  const { segments, doubles, stepper } = view
  const y = new Float64Array(doubles)
  const saves = savesByStep(record, [0], doubles)
  const p = segments.map(({ f }) => barsFor(f))
  for (let k = segments.length - 1; k >= 0; k--) {
    const { f, first, steps, at } = segments[k]
    const run = stepper.adjoint(f, { y, p: p[k] })
    for (let step = first + steps - 1; step >= first; step--) run.step(at(step), saves(step), saved)
    run.end()
  }
  if (record.trajectory.steps === 0) addTo(y, saved, saves(0))
  return { y0: y, p }
}

/**
 * The change of `cotangents` along u, whose tangents at the starts of all steps were kept. `changes`: cotangents of the first derivatives of
 * the interpolant, where the times of saves move.
 */
export function secondCotangents(
  record: Recorded,
  view: View,
  { u, kept, changes }: { readonly u: Along; readonly kept: Float64Array; readonly changes: Float64Array | undefined },
  saved: Float64Array,
): Pulled {
  const { segments, doubles, stepper } = view
  const [y, change, uy] = [new Float64Array(doubles), new Float64Array(doubles), new Float64Array(doubles)]
  const saves = savesByStep(record, [0], doubles)
  const p = segments.map(({ f }) => barsFor(f))
  for (let k = segments.length - 1; k >= 0; k--) {
    const { f, first, steps, at } = segments[k]
    const bars: Bars = { y, p: barsFor(f) }
    const along: Dots = { y: uy, p: u.p[k] }
    const run = stepper.tangentOfAdjoint(f, { u: along, bars, dots: { y: change, p: p[k] } })
    for (let step = first + steps - 1; step >= first; step--) {
      uy.set(kept.subarray(step * doubles, (step + 1) * doubles))
      run(at(step), saves(step), saved, changes)
    }
  }
  return { y0: change, p }
}

function addTo(y: Float64Array, saved: Float64Array, saves: readonly SavedHere[]): void {
  for (const { at } of saves) for (let i = 0; i < y.length; i++) y[i] += saved[at + i]
}
