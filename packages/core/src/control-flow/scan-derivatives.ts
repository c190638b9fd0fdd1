import { add } from '../ops/arithmetic.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { evaluate, graphOf } from '../trace.ts'
import { pick, pulled, pushed, spread } from './derivatives.ts'
import { ScanBody } from './scan-body.ts'

interface Split<T> {
  readonly carry: readonly T[]
  readonly xs: readonly T[]
  readonly constants: readonly T[]
}

/** Arguments of a body, or of a scan of it, by their parts. */
export function split<T>({ carry, xs }: ScanBody, args: readonly T[]): Split<T> {
  const [n, m] = [carry.length, xs.length]
  return { carry: args.slice(0, n), xs: args.slice(n, n + m), constants: args.slice(n + m) }
}

/** (carry, ċ; x, active ẋ; constants, active k̇) ↦ (next carry, its tangent; ẏ) */
export function tangentBody(body: ScanBody, active: readonly boolean[]): ScanBody {
  const [n, m] = [body.carry.length, body.xs.length]
  const [activeX, activeK] = [active.slice(0, m), active.slice(m)]
  const [xDots, kDots] = [pick(body.xs, activeX), pick(body.constants, activeK)]
  return body.derived(`tangent ${active.join()}`, () => {
    const types = [...body.carry, ...body.carry, ...body.xs, ...xDots, ...body.constants, ...kDots]
    const graph = graphOf((inputs) => {
      let from = 0
      const take = (count: number): readonly Tensor[] => inputs.slice(from, (from += count))
      const [c, cDot, x, xDot] = [take(n), take(n), take(m), take(xDots.length)]
      const [k, kDot] = [take(body.constants.length), take(kDots.length)]
      const flags = [...body.carry.map(() => true), ...active]
      const { value, tangent } = pushed(body.graph, [...c, ...x, ...k], flags, [...cDot, ...xDot, ...kDot])
      return [...value.slice(0, n), ...tangent]
    }, types)
    return new ScanBody(graph, 2 * n, m + xDots.length)
  })
}

/** The same steps; y is the carry in front of the step. */
export function storingBody(body: ScanBody): ScanBody {
  const n = body.carry.length
  return body.derived('storing', () => {
    const graph = graphOf(
      (inputs) => [...evaluate(body.graph, inputs).slice(0, n), ...inputs.slice(0, n)],
      body.graph.inputs,
    )
    return new ScanBody(graph, n, body.xs.length)
  })
}

/**
 * One step of the reverse sweep: (c̄, k̄; c, x, the ȳ that are not zero; constants) ↦ (c̄, k̄; x̄), where k̄ is summed up and
 * x̄, k̄ are those of the active inputs.
 */
export function adjointBody(body: ScanBody, active: readonly boolean[], seeded: readonly boolean[]): ScanBody {
  const [n, m] = [body.carry.length, body.xs.length]
  const [xBars, kBars] = [pick(body.xs, active.slice(0, m)), pick(body.constants, active.slice(m))]
  const seeds = pick(body.ys, seeded)
  return body.derived(`adjoint ${active.join()} ${seeded.join()}`, () => {
    const types = [...body.carry, ...kBars, ...body.carry, ...body.xs, ...seeds, ...body.constants]
    const graph = graphOf((inputs) => {
      let from = 0
      const take = (count: number): readonly Tensor[] => inputs.slice(from, (from += count))
      const [cBar, kBar, c, x] = [take(n), take(kBars.length), take(n), take(m)]
      const [yBar, k] = [take(seeds.length), take(body.constants.length)]
      const cotangents = [...cBar, ...spread(seeded, yBar, (i) => zerosOfType(body.ys[i]))]
      const flags = [...body.carry.map(() => true), ...active]
      const bars = pulled(body.graph, [...c, ...x, ...k], flags, cotangents)
      const own = bars.slice(n + xBars.length)
      return [...bars.slice(0, n), ...kBar.map((total, i) => add(total, own[i])), ...bars.slice(n, n + xBars.length)]
    }, types)
    return new ScanBody(graph, n + kBars.length, n + m + seeds.length)
  })
}
