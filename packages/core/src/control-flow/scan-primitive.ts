import { chosen, isActive, nonzero, spread } from '../closed/applicable.ts'
import { finitenessOfGraph, finitenessOfSeeds } from '../finiteness-of.ts'
import { byIdentity, type ByIdentity } from '../identity.ts'
import { swapaxes } from '../ops/axes.ts'
import { ArgumentError } from '../errors.ts'
import { add } from '../ops/arithmetic.ts'
import { slice } from '../ops/indexing.ts'
import { concat } from '../ops/joining.ts'
import { broadcastTo, reshape } from '../ops/shape.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { type Primitive } from '../primitive.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { graphOf } from '../trace.ts'
import { storeAll, type Checkpoints } from './checkpoints.ts'
import { runScan, type Steps } from './run-scan.ts'
import { derivedBody, split, stepTypes, type ScanBody } from './scan-body.ts'
import { adjointBody, storingBody, tangentBody } from './scan-derivatives.ts'

/** How a body is scanned; the arguments are (carry, xs, constants), the results (last carry, ys). */
export type ScanSpec = Steps & {
  readonly body: ScanBody
  readonly checkpoints: ByIdentity<Checkpoints>
}

/** … and which of xs and constants were traced: no derivative is ever asked for the others. */
export type ActiveScan = ScanSpec & { readonly active: readonly boolean[] }

const scanP: Primitive<ActiveScan> = definePrimitive<ActiveScan>('scan', {
  type: (_, { body, length }) => {
    const { carry, ys } = stepTypes(body)
    return [...carry, ...ys.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }))]
  },
  kernel: (args, spec) => runScan(spec.body, args, spec),
  finiteness: (joined, _, { body }) => joined | finitenessOfGraph(body.f.graph),

  // (cᵢ₊₁, yᵢ) = f(cᵢ, xᵢ, k)  ⇒  (ċᵢ₊₁, ẏᵢ) = f′(cᵢ, xᵢ, k)(ċᵢ, ẋᵢ, k̇): one scan of both
  jvp: (args, tangents, _, spec) => {
    const { carry, xs, constants } = split(spec.body, args)
    const dots = split(spec.body, tangents)
    const [xDots, kDots] = [nonzero(dots.xs), nonzero(dots.constants)]
    const finiteness = finitenessOfSeeds([...dots.carry, ...xDots.seeds, ...kDots.seeds])
    const body = tangentBody(spec.body, [...xDots.flags, ...kDots.flags], finiteness)
    const all = [...carry, ...dots.carry, ...xs, ...xDots.seeds, ...constants, ...kDots.seeds]
    return bindScan(all, { ...spec, body }).slice(carry.length)
  },
  vjp: (args, _, cotangents, spec) => {
    const n = spec.body.carryCount
    const bars = pullBackScan(args, cotangents, spec)
    return [...bars.slice(0, n), ...spread(spec.active, bars.slice(n), () => undefined)]
  },

  // All examples in one scan: its carries, rows and results have them behind the axis of the steps.
  batch: (args, { batched, size, params: spec }) => {
    const { carry, xs, constants } = split(spec.body, args)
    const flags = split(spec.body, batched)
    const starts = carry.map((x, i) => (flags.carry[i] ? x : broadcastTo(x, [size, ...x.shape])))
    const rows = xs.map((x, i) => (flags.xs[i] ? swapaxes(x, 0, 1) : x))
    const f = spec.body.f.batched([...carry.map(() => true), ...flags.xs, ...flags.constants], size)
    const results = bindScan([...starts, ...rows, ...constants], { ...spec, body: { ...spec.body, f } })
    return results.map((x, i) => (i < carry.length ? x : swapaxes(x, 0, 1)))
  },
})

/** Applies a scan as one node. */
export function bindScan(args: readonly Tensor[], { body, length, reverse, checkpoints }: ScanSpec): readonly Tensor[] {
  const active = args.slice(body.carryCount).map(isActive)
  return bindAll(scanP, args, { body, length, reverse, checkpoints, active })
}

/** Cotangents of the carry, and of the active ones of xs and constants. */
export function pullBackScan(
  args: readonly Tensor[],
  cotangents: readonly Tensor[],
  spec: ActiveScan,
): readonly Tensor[] {
  const { name, segmentLength } = spec.checkpoints.value
  const segment = segmentLength(spec.length)
  if (spec.length > 0 && !(Number.isInteger(segment) && segment > 0)) {
    throw new ArgumentError(
      `${name}: segmentLength must give an integer ≥ 1, got ${segment} for ${spec.length} steps. Round it.`,
    )
  }
  return segment > 1 && segment < spec.length
    ? pullBackSegments(args, cotangents, spec, segment)
    : pullBackSteps(args, cotangents, spec)
}

/**
 * Runs forward once more and stores the carries cᵢ, then walks back through
 *   (c̄ᵢ, x̄ᵢ, κᵢ) = f′(cᵢ, xᵢ, k)⋆ (c̄ᵢ₊₁, ȳᵢ),   k̄ = Σ κᵢ.
 * Both are scans, so this has derivatives of its own.
 */
function pullBackSteps(args: readonly Tensor[], cotangents: readonly Tensor[], spec: ActiveScan): readonly Tensor[] {
  const { body, active, reverse } = spec
  const { xs, constants } = split(body, args)
  const [n, m] = [body.carryCount, xs.length]
  const stored = n === 0 ? [] : bindScan(args, { ...spec, body: storingBody(body) }).slice(n)
  const yBars = cotangents.slice(n)
  const seeded = yBars.map((y) => !y.isStructuralZero)
  const kBars = chosen(stepTypes(body).constants, active.slice(m)).map(zerosOfType)
  const carry = [...cotangents.slice(0, n), ...kBars]
  const bars = bindScan([...carry, ...stored, ...xs, ...chosen(yBars, seeded), ...constants], {
    ...spec,
    body: adjointBody(body, active, seeded, finitenessOfSeeds(cotangents)),
    reverse: !reverse,
  })
  return [...bars.slice(0, n), ...bars.slice(carry.length), ...bars.slice(n, carry.length)]
}

/**
 * The same with the carries in front of segments of L steps alone: a scan over N/L segments whose body is a scan of L steps.
 * The N mod L steps that are left over come first.
 */
function pullBackSegments(
  args: readonly Tensor[],
  cotangents: readonly Tensor[],
  spec: ActiveScan,
  segment: number,
): readonly Tensor[] {
  const { body, length, reverse, active } = spec
  const n = body.carryCount
  const count = Math.floor(length / segment)
  const rest = length - count * segment
  const { carry, xs, constants } = split(body, args)
  const [cBars, yBars] = [cotangents.slice(0, n), cotangents.slice(n)]
  const [early, late] = reverse ? [{ start: length - rest }, { end: length - rest }] : [{ end: rest }, { start: rest }]
  const head = { ...spec, length: rest, checkpoints: byIdentity(storeAll) }
  const inRows = (x: Tensor): Tensor => reshape(rest === 0 ? x : slice(x, late), [count, segment, ...x.shape.slice(1)])
  const headArgs = [...carry, ...xs.map((x) => slice(x, early)), ...constants]
  const middle = rest === 0 ? carry : bindScan(headArgs, head).slice(0, n)
  const main = { ...spec, body: segmentBody(spec, segment), length: count, checkpoints: byIdentity(storeAll) }
  const bars = pullBackSteps([...middle, ...xs.map(inRows), ...constants], [...cBars, ...yBars.map(inRows)], main)
  const own = bars.map((bar, i) => {
    const isX = i >= n && i < n + activeXs(body, active)
    return isX ? reshape(bar, [count * segment, ...bar.shape.slice(2)]) : bar
  })
  if (rest === 0) return own
  const first = pullBackSteps(headArgs, [...own.slice(0, n), ...yBars.map((y) => slice(y, early))], head)
  return first.map((bar, i) => {
    if (i < n) return bar
    if (i >= n + activeXs(body, active)) return add(bar, own[i])
    return concat(reverse ? [own[i], bar] : [bar, own[i]])
  })
}

const activeXs = ({ xCount }: ScanBody, active: readonly boolean[]): number =>
  active.slice(0, xCount).filter(Boolean).length

/** L steps as one. */
function segmentBody({ body, reverse, active }: ActiveScan, length: number): ScanBody {
  return derivedBody(body, `segment ${length} ${reverse} ${active.join()}`, body, () => {
    const { carry, xs, constants } = stepTypes(body)
    const rows = xs.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }))
    return graphOf(
      (inputs) => bindScan(inputs, { body, length, reverse, checkpoints: byIdentity(storeAll) }),
      [...carry, ...rows, ...constants],
    )
  })
}
