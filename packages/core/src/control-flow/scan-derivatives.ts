import type { Finiteness } from '../finiteness.ts'
import { finitenessOfGraph } from '../finiteness-of.ts'
import { knownAs } from '../ops/known-as.ts'
import { add } from '../ops/arithmetic.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { evaluate, graphOf } from '../trace.ts'
import { chosen, spread } from '../closed/applicable.ts'
import { pulled, pushed } from '../closed/derived-graphs.ts'
import { derivedBody, stepTypes, type ScanBody } from './scan-body.ts'

/** (carry, ċ; x, active ẋ; constants, active k̇) ↦ (next carry, its tangent; ẏ) */
export function tangentBody(body: ScanBody, active: readonly boolean[], seeds: Finiteness): ScanBody {
  const { f, carryCount: n, xCount: m } = body
  const types = stepTypes(body)
  const [xDots, kDots] = [chosen(types.xs, active.slice(0, m)), chosen(types.constants, active.slice(m))]
  const counts = { carryCount: 2 * n, xCount: m + xDots.length }
  const finiteness = amongSteps(body, seeds)
  return derivedBody(body, `tangent ${active.join()} ${finiteness}`, counts, () => {
    const inputs = [...types.carry, ...types.carry, ...types.xs, ...xDots, ...types.constants, ...kDots]
    return graphOf((own) => {
      let from = 0
      const take = (count: number): readonly Tensor[] => own.slice(from, (from += count))
      const [c, cDot, x, xDot] = [take(n), take(n), take(m), take(xDots.length)]
      const [k, kDot] = [take(types.constants.length), take(kDots.length)]
      const flags = [...types.carry.map(() => true), ...active]
      const along = [...cDot, ...xDot, ...kDot].map((dot) => knownAs(dot, finiteness))
      const { value, tangent } = pushed(f.graph, [...c, ...x, ...k], flags, along)
      return [...value.slice(0, n), ...tangent]
    }, inputs)
  })
}

/** The same steps; y is the carry in front of the step. */
export function storingBody(body: ScanBody): ScanBody {
  const { f, carryCount: n } = body
  return derivedBody(body, 'storing', body, () =>
    graphOf((inputs) => [...evaluate(f.graph, inputs).slice(0, n), ...inputs.slice(0, n)], f.inputs),
  )
}

/**
 * One step of the reverse sweep: (c̄, k̄; c, x, the ȳ that are not zero; constants) ↦ (c̄, k̄; x̄), where k̄ is summed up and
 * x̄, k̄ are those of the active inputs.
 */
export function adjointBody(
  body: ScanBody,
  active: readonly boolean[],
  seeded: readonly boolean[],
  bars: Finiteness,
): ScanBody {
  const { f, carryCount: n, xCount: m } = body
  const types = stepTypes(body)
  const [xBars, kBars] = [chosen(types.xs, active.slice(0, m)), chosen(types.constants, active.slice(m))]
  const seeds = chosen(types.ys, seeded)
  const counts = { carryCount: n + kBars.length, xCount: n + m + seeds.length }
  const finiteness = amongSteps(body, bars)
  return derivedBody(body, `adjoint ${active.join()} ${seeded.join()} ${finiteness}`, counts, () => {
    const all = [...types.carry, ...kBars, ...types.carry, ...types.xs, ...seeds, ...types.constants]
    return graphOf((inputs) => {
      let from = 0
      const take = (count: number): readonly Tensor[] => inputs.slice(from, (from += count))
      const [cBar, kBar, c, x] = [take(n), take(kBars.length), take(n), take(m)]
      const [yBar, k] = [take(seeds.length), take(types.constants.length)]
      const known = (bar: Tensor): Tensor => knownAs(bar, finiteness)
      const cotangents = [...cBar.map(known), ...spread(seeded, yBar.map(known), (i) => zerosOfType(types.ys[i]))]
      const flags = [...types.carry.map(() => true), ...active]
      const own = pulled(f.graph, [...c, ...x, ...k], flags, cotangents)
      const added = own.slice(n + xBars.length)
      return [...own.slice(0, n), ...kBar.map((sum, i) => add(sum, added[i])), ...own.slice(n, n + xBars.length)]
    }, all)
  })
}

/** What a seed of one step may be: what the seeds of the loop are, or what the derivatives of other steps made of them. */
const amongSteps = ({ f }: ScanBody, seeds: Finiteness): Finiteness => f.relevant(seeds | finitenessOfGraph(f.graph))
