import { tensor } from '@cad/core'
import type { FieldAt } from '../field.ts'
import { readable, type Recorded } from '../integrate.ts'
import type { SavedHere, StepPlace, Stepper } from '../methods/stepper.ts'

/** A segment as sweeps see it. */
export interface SegmentView {
  readonly f: FieldAt
  /** Of its first step, and how many there are. */
  readonly first: number
  readonly steps: number
  readonly at: (step: number) => StepPlace
}

/** A record as sweeps walk along it: in its own time, or in the fractions of its segments. */
export interface View {
  readonly stepper: Stepper
  readonly segments: readonly SegmentView[]
  /** Doubles of a state, and from one to the next. */
  readonly doubles: number
  readonly width: number
}

/** In its own time: the steps as they were taken. */
export function inTime(record: Recorded): View {
  const { problem, trajectory } = readable(record)
  const { f, stepper } = problem
  return {
    stepper,
    ...f.field.state,
    segments: trajectory.segments.map((segment) => ({
      f,
      first: segment.first,
      steps: segment.steps,
      at: trajectory.stepsOf(segment, false),
    })),
  }
}

/**
 * In fractions s of each segment, 0 ≤ s ≤ 1, with its start t0 and its length T as two more parameters of the field. The stages are the
 * same numbers; so are the values of the interpolant, and a derivative of it is one by s.
 */
export function inFractions(record: Recorded): View {
  const { problem, trajectory } = readable(record)
  const { f, method } = problem
  const { normalised } = f.field
  return {
    stepper: method.prepare(normalised),
    ...f.field.state,
    segments: trajectory.segments.map((segment) => {
      const T = segment.t1 - segment.t0
      const values = f.values.toSpliced(f.field.parameters.leaves.length, 0, tensor(segment.t0), tensor(T))
      const at = trajectory.stepsOf(segment, true)
      return { f: normalised.begin(values), first: segment.first, steps: segment.steps, at }
    }),
  }
}

/**
 * What was saved in each step, by its number: for every point its value and derivatives of these orders. Those of one order stand
 * together, so that point i of order number k is at (k · points + i) · doubles.
 */
export function savesByStep(
  { savedPoints, trajectory }: Recorded,
  orders: readonly SavedHere['derivative'][],
  doubles: number,
): (step: number) => readonly SavedHere[] {
  const byStep = new Array<SavedHere[] | undefined>(Math.max(1, trajectory.steps))
  savedPoints.forEach(({ step, fraction }, i) => {
    const here = (byStep[step] ??= [])
    orders.forEach((derivative, k) => here.push({ fraction, derivative, at: (k * savedPoints.length + i) * doubles }))
  })
  return (step) => byStep[step] ?? nothing
}

const nothing: readonly SavedHere[] = []
