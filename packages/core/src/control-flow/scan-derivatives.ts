import { withoutSwitches, type Finiteness } from '../finiteness.ts'
import { finitenessOf } from '../finiteness-of.ts'
import type { Graph } from '../primitive.ts'
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
  const inputs = [...types.carry, ...types.carry, ...types.xs, ...xDots, ...types.constants, ...kDots]
  const make = (known: (seed: Tensor) => Tensor, reached: (carry: Tensor, i: number) => Tensor): Graph =>
    graphOf((own) => {
      let from = 0
      const take = (count: number): readonly Tensor[] => own.slice(from, (from += count))
      const [c, cDot, x, xDot] = [take(n), take(n), take(m), take(xDots.length)]
      const [k, kDot] = [take(types.constants.length), take(kDots.length)]
      const flags = [...types.carry.map(() => true), ...active]
      const along = [...cDot, ...xDot, ...kDot].map(known)
      const { value, tangent } = pushed(f.graph, [...c.map(reached), ...x, ...k], flags, along)
      return [...value.slice(0, n), ...tangent]
    }, inputs)
  return derivedBody(body, `tangent ${active.join()} ${f.relevant(seeds)}`, counts, () => settled(body, seeds, n, make))
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
  const all = [...types.carry, ...kBars, ...types.carry, ...types.xs, ...seeds, ...types.constants]
  const make = (known: (seed: Tensor) => Tensor, reached: (carry: Tensor, i: number) => Tensor): Graph =>
    graphOf((inputs) => {
      let from = 0
      const take = (count: number): readonly Tensor[] => inputs.slice(from, (from += count))
      const [cBar, kBar, c, x] = [take(n), take(kBars.length), take(n), take(m)]
      const [yBar, k] = [take(seeds.length), take(types.constants.length)]
      const cotangents = [...cBar.map(known), ...spread(seeded, yBar.map(known), (i) => zerosOfType(types.ys[i]))]
      const flags = [...types.carry.map(() => true), ...active]
      const own = pulled(f.graph, [...c.map(reached), ...x, ...k], flags, cotangents)
      const added = own.slice(n + xBars.length)
      return [...own.slice(0, n), ...kBar.map((sum, i) => add(sum, added[i])), ...own.slice(n, n + xBars.length)]
    }, all)
  return derivedBody(body, `adjoint ${active.join()} ${seeded.join()} ${f.relevant(bars)}`, counts, () =>
    settled(body, bars, 0, make),
  )
}

/**
 * A derivative of one step, given what is known of its seeds: they are those of the loop, or what the derivatives of other steps
 * made of them, n outputs from `first` on. The carry, too, is what other steps made of it.
 */
function settled(
  body: ScanBody,
  seeds: Finiteness,
  first: number,
  make: (known: (seed: Tensor) => Tensor, reached: (carry: Tensor, i: number) => Tensor) => Graph,
): Graph {
  const { f, carryCount } = body
  const own = f.relevant(seeds)
  const graph = make(
    (seed) => knownAs(seed, own),
    (carry, i) => knownAs(carry, withoutSwitches(finitenessOf(f.graph.outputs[i]))),
  )
  const carried = graph.outputs.slice(first, first + carryCount)
  const next = carried.reduce((joined, x) => joined | finitenessOf(x), own)
  return f.relevant(next) === own ? graph : settled(body, next, first, make)
}
