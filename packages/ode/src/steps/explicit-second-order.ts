/** Second derivatives of explicit steps, exact for the numbers that were computed. */
import type { Direction, FieldAt, Vector } from '../field.ts'
import type { SecondBars, SecondDots, SecondSweep, StepSweep } from '../methods/stepper.ts'
import { interpolated } from './explicit.ts'
import { replay, SaveBars, StageTangents } from './explicit-sweeps.ts'
import { combined, isInside, stagesOf, stageTime, type StageTable } from './stages.ts'

/**
 * Along u, the tangent along v. With their stage tangents U_i and V_i:
 *
 *   Z_i = z + h Σ_j a_ij k̈_j,   k̈_i = f_y Z_i + f″[(U_i, u_p), (V_i, v_p)],   z₁ likewise
 */
export function explicitTangentOfTangent(table: StageTable, f: FieldAt, { u, v, y }: SecondDots): StepSweep {
  const { width, doubles: n } = f.field.state
  const { main, count, rows, c } = table
  const again = replay(table, f)
  const [U, V] = [u, v].map(({ p }) => new StageTangents(table, f, p))
  const [states, slopes] = [stagesOf(count, width), stagesOf(count, width)]
  const still = new Float64Array(u.p.length)
  const along = states.of.map((z): Direction => ({ y: z, p: still, t: 0 }))
  const curved: Vector = { data: new Float64Array(width), at: 0 }
  return (at, saves, saved) => {
    const inside = saves.some(isInside)
    if (inside && count > main) again.run(at, saves, saved)
    else again.states.locate(at)
    U.run(at, again.states, u.y, inside)
    V.run(at, again.states, v.y, inside)
    for (let stage = 0; stage < (inside ? count : main); stage++) {
      const [t, Y, slope] = [stageTime(at, c[stage]), again.states.of[stage], slopes.of[stage]]
      combined(states.of[stage], { data: y, at: 0 }, { stages: slopes, weights: rows[stage], factor: at.h }, n)
      f.jvp(t, Y, along[stage], slope)
      f.jvpOfJvp(t, Y, [U.directions[stage], V.directions[stage]], curved)
      for (let i = 0; i < n; i++) slope.data[slope.at + i] += curved.data[i]
    }
    interpolated(table, { h: at.h, states: states.of, slopes, n }, saves, saved)
    const end = states.of[main - 1]
    y.set(end.data.subarray(end.at, end.at + n))
    U.advance(u.y)
    V.advance(v.y)
  }
}

/**
 * The adjoint of a step, and its change along u:
 *
 *   k̄̇_i = h b_i ȳ̇₁ + h Σ_{j>i} a_ji Ȳ̇_j + (changes of saves),   Ȳ̇_i = f_y⋆ k̄̇_i + grad_Y ⟨k̄_i, f_y U_i + f_p u_p⟩,
 *   ȳ̇ = ȳ̇₁ + Σ Ȳ̇_i,   p̄̇ = Σ f_p⋆ k̄̇_i + grad_p ⟨k̄_i, f_y U_i + f_p u_p⟩
 */
export function explicitTangentOfAdjoint(table: StageTable, f: FieldAt, { u, bars, dots }: SecondBars): SecondSweep {
  const { width, doubles: n } = f.field.state
  const { main, count, c, columns, b } = table
  const again = replay(table, f)
  const U = new StageTangents(table, f, u.p)
  const curved: Vector = { data: new Float64Array(width), at: 0 }
  // The adjoint, and its change: the same walk back through the stages.
  const both = [bars, dots].map((own) => ({
    own,
    stages: stagesOf(count, width),
    slope: { data: new Float64Array(width), at: 0 },
    saves: new SaveBars(table, width, n),
    start: new Float64Array(n),
  }))
  const [given, changed] = both
  return (at, saves, saved, changes) => {
    for (const { start, stages } of both) {
      start.fill(0)
      stages.data.fill(0)
    }
    given.saves.take(at, saves, saved, { y: bars.y, start: given.start })
    const moved = changes === undefined ? [] : saves.map((save) => ({ ...save, derivative: 1 as const }))
    changed.saves.take(at, moved, changes ?? saved, { y: dots.y, start: changed.start })
    const inside = given.saves.hasSlopes || changed.saves.hasSlopes
    if (inside && count > main) again.run(at, saves, saved)
    else again.states.locate(at)
    U.run(at, again.states, u.y, inside)
    for (let stage = inside ? count - 1 : main - 2; stage >= 0; stage--) {
      const [t, Y] = [stageTime(at, c[stage]), again.states.of[stage]]
      for (const { own, stages, slope, saves: taken } of both) {
        const from = taken.hasSlopes ? taken.slopes.of[stage] : undefined
        combined(slope, from, { stages, weights: columns[stage], factor: at.h }, n)
        for (let i = 0; i < n; i++) slope.data[i] += at.h * b[stage] * own.y[i]
        f.vjp(t, Y, slope, { y: stages.of[stage], p: own.p })
      }
      f.vjpOfJvp(t, Y, [U.directions[stage], given.slope], { y: curved, p: dots.p })
      const into = changed.stages.of[stage]
      for (let i = 0; i < n; i++) into.data[into.at + i] += curved.data[i]
    }
    for (const { own, stages, start } of both) {
      for (const { data, at: from } of stages.of) for (let i = 0; i < n; i++) start[i] += data[from + i]
      for (let i = 0; i < n; i++) own.y[i] += start[i]
    }
  }
}
