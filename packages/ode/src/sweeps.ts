/** Walks along a recorded solve: tangents forwards, cotangents backwards. */
import { explicitKernels } from './compile/explicit-kernels.ts'
import type { Recorded } from './integrate.ts'
import { denseWeights } from './methods/tableau.ts'
import { explicitStepTangent, type StepAt } from './steps/explicit.ts'

/** Cotangents of the initial state and of all parameters. */
export interface SolveBars {
  readonly y0: Float64Array
  readonly p: Float64Array
}

/** Walks the recorded steps forwards with their tangents: tangents of the saved states, for tangents of y0 and p. */
export function tangentSweep(record: Recorded, y0Dot: Float64Array, pDot: Float64Array): Float64Array {
  const { field, settings, trajectory, savedPoints, p } = record
  const { n } = field
  const stages = settings.method.scheme.a.length
  const saved = new Float64Array(savedPoints.length * n)
  const dot = { states: new Float64Array(stages * n), slopes: new Float64Array(stages * n), p: pDot }
  dot.states.set(y0Dot)
  let next = 0
  for (; next < savedPoints.length && savedPoints[next].fraction === 0; next++) saved.set(y0Dot, next * n)
  for (let step = 0; step < trajectory.steps; step++) {
    const at = stepOf(record, step)
    if (step === 0) field.jvp.run(at.t, at.states, at.base, p, dot.states, 0, pDot, dot.slopes, 0)
    explicitStepTangent(settings.method.scheme, field, at, dot)
    for (; next < savedPoints.length && savedPoints[next].step === step; next++) {
      const weights = denseWeights(settings.method.scheme, savedPoints[next].fraction)
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let j = 0; j < stages; j++) sum += weights[j] * dot.slopes[j * n + i]
        saved[next * n + i] = dot.states[i] + at.h * sum
      }
    }
    dot.states.copyWithin(0, (stages - 1) * n)
    dot.slopes.copyWithin(0, (stages - 1) * n)
  }
  return saved
}

/** Walks the recorded steps backwards: cotangents of y0 and p, for cotangents of the saved states. */
export function adjointSweep(record: Recorded, savedBar: Float64Array): SolveBars {
  const { field, settings, trajectory, savedPoints, p } = record
  const { n } = field
  const stages = settings.method.scheme.a.length
  const bars = {
    y: new Float64Array(n),
    slopes: new Float64Array(stages * n),
    hasSlopes: false,
    p: new Float64Array(p.length),
    stages: new Float64Array(stages * n),
    slope: new Float64Array(n),
  }
  const direct = new Float64Array(n)
  const kernels = explicitKernels(settings.method.scheme, field)
  let next = savedPoints.length - 1
  for (let step = trajectory.steps - 1; step >= 0; step--) {
    const at = stepOf(record, step)
    bars.hasSlopes = false
    direct.fill(0)
    for (; next >= 0 && savedPoints[next].step === step && savedPoints[next].fraction > 0; next--) {
      const { fraction } = savedPoints[next]
      const isEnd = fraction === 1
      addSaved(savedBar, next * n, isEnd ? bars.y : direct)
      if (isEnd) continue
      bars.hasSlopes = true
      const weights = denseWeights(settings.method.scheme, fraction)
      for (let j = 0; j < stages; j++) {
        const weight = at.h * weights[j]
        for (let i = 0; i < n; i++) bars.slopes[j * n + i] += weight * savedBar[next * n + i]
      }
    }
    kernels.adjoint(at, bars)
    if (bars.hasSlopes) bars.slopes.fill(0)
    for (let i = 0; i < n; i++) bars.y[i] += direct[i]
  }
  for (; next >= 0; next--) addSaved(savedBar, next * n, bars.y)
  return { y0: bars.y, p: bars.p }
}

function addSaved(savedBar: Float64Array, offset: number, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += savedBar[offset + i]
}

function stepOf({ trajectory, p }: Recorded, step: number): StepAt {
  return {
    t: trajectory.ts[step],
    h: trajectory.hs[step],
    states: trajectory.states,
    base: trajectory.stageAt(step, 0),
    p,
  }
}
