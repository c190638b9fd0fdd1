import { ArgumentError } from '../errors.ts'
import { add } from '../ops/arithmetic.ts'
import { slice } from '../ops/indexing.ts'
import { concat } from '../ops/joining.ts'
import { reshape } from '../ops/shape.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { graphOf } from '../trace.ts'
import { storeAll, type Checkpoints } from './checkpoints.ts'
import { isActive, pick, spread } from './derivatives.ts'
import { runScan, type Steps } from './run-scan.ts'
import { ScanBody } from './scan-body.ts'
import { adjointBody, split, storingBody, tangentBody } from './scan-derivatives.ts'

/** How a body is scanned; the arguments are (carry, xs, constants), the results (last carry, ys). */
export interface ScanSpec extends Steps {
  readonly body: ScanBody
  readonly checkpoints: Checkpoints
}

/** … and which of xs and constants were traced: no derivative is ever asked for the others. */
export interface ActiveScan extends ScanSpec {
  readonly active: readonly boolean[]
}

const scanP: Primitive<ActiveScan> = definePrimitive<ActiveScan>('scan', {
  type: (_, { body, length }) => [
    ...body.carry,
    ...body.ys.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype })),
  ],
  kernel: (args, spec) => runScan(spec.body, args, spec),

  // (cᵢ₊₁, yᵢ) = f(cᵢ, xᵢ, k)  ⇒  (ċᵢ₊₁, ẏᵢ) = f′(cᵢ, xᵢ, k)(ċᵢ, ẋᵢ, k̇): one scan of both
  jvp: (args, tangents, _, spec) => {
    const { carry, xs, constants } = split(spec.body, args)
    const dots = split(spec.body, tangents)
    const active = [...dots.xs, ...dots.constants].map((x) => !x.isStructuralZero)
    const [xDots, kDots] = [dots.xs, dots.constants].map((list) => list.filter((x) => !x.isStructuralZero))
    const body = tangentBody(spec.body, active)
    const all = [...carry, ...dots.carry, ...xs, ...xDots, ...constants, ...kDots]
    return bindScan(all, { ...spec, body }).slice(carry.length)
  },
  vjp: (args, _, cotangents, spec) => {
    const n = spec.body.carry.length
    const bars = pullBackScan(args, cotangents, spec)
    return [...bars.slice(0, n), ...spread(spec.active, bars.slice(n), () => undefined)]
  },
})

/** Applies a scan as one node. */
export function bindScan(args: readonly Tensor[], { body, length, reverse, checkpoints }: ScanSpec): readonly Tensor[] {
  const active = args.slice(body.carry.length).map(isActive)
  return bindAll(scanP, args, { body, length, reverse, checkpoints, active })
}

/** Cotangents of the carry, and of the active ones of xs and constants. */
export function pullBackScan(
  args: readonly Tensor[],
  cotangents: readonly Tensor[],
  spec: ActiveScan,
): readonly Tensor[] {
  const { name, segmentLength } = spec.checkpoints
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
  const [n, m] = [body.carry.length, xs.length]
  const stored = n === 0 ? [] : bindScan(args, { ...spec, body: storingBody(body) }).slice(n)
  const yBars = cotangents.slice(n)
  const seeded = yBars.map((y) => !y.isStructuralZero)
  const kBars = pick(body.constants, active.slice(m)).map(zerosOfType)
  const carry = [...cotangents.slice(0, n), ...kBars]
  const bars = bindScan([...carry, ...stored, ...xs, ...pick(yBars, seeded), ...constants], {
    ...spec,
    body: adjointBody(body, active, seeded),
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
  const n = body.carry.length
  const count = Math.floor(length / segment)
  const rest = length - count * segment
  const { carry, xs, constants } = split(body, args)
  const [cBars, yBars] = [cotangents.slice(0, n), cotangents.slice(n)]
  const [early, late] = reverse ? [{ start: length - rest }, { end: length - rest }] : [{ end: rest }, { start: rest }]
  const head = { ...spec, length: rest, checkpoints: storeAll }
  const inRows = (x: Tensor): Tensor => reshape(rest === 0 ? x : slice(x, late), [count, segment, ...x.shape.slice(1)])
  const headArgs = [...carry, ...xs.map((x) => slice(x, early)), ...constants]
  const middle = rest === 0 ? carry : bindScan(headArgs, head).slice(0, n)
  const main = { ...spec, body: segmentBody(spec, segment), length: count, checkpoints: storeAll }
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

const activeXs = ({ xs }: ScanBody, active: readonly boolean[]): number => pick(xs, active).length

/** L steps as one. */
function segmentBody({ body, reverse, active }: ActiveScan, length: number): ScanBody {
  return body.derived(`segment ${length} ${reverse} ${active.join()}`, () => {
    const rows = body.xs.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }))
    const graph = graphOf(
      (inputs) => bindScan(inputs, { body, length, reverse, checkpoints: storeAll }),
      [...body.carry, ...rows, ...body.constants],
    )
    return new ScanBody(graph, body.carry.length, rows.length)
  })
}
