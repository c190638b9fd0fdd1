import { RuleError } from './errors.ts'
import { jvp } from './jvp.ts'
import { Tensor, toTensor, type TensorLike } from './tensor.ts'
import { vjp } from './vjp.ts'

export interface CheckOptions {
  /** 2 checks the derivative of the jvp and of the vjp as well. */
  readonly order?: 1 | 2
  /** Of the random tangents and cotangents. */
  readonly seed?: number
  /** Largest relative defect of the adjoint identity. */
  readonly identityTolerance?: number
  /** Largest relative distance from five-point differences; they reach 1e-10 on well-conditioned data. */
  readonly differenceTolerance?: number
}

/** The largest relative defects found. */
export interface CheckResult {
  readonly identity: number
  readonly difference: number
}

type Values = readonly Tensor[]
type Apply = (args: Values) => Values
type Result = TensorLike | readonly TensorLike[]

/**
 * Checks the jvp and vjp of f at a point, on random complex directions:
 * the adjoint identity ⟨w̄, jvp(ż)⟩ = ⟨vjp(w̄), ż⟩ and real-linearity, which need no differences; the jvp against five-point
 * differences of f; and the same for the maps jvp and vjp themselves (order 2). f may give one tensor or a list.
 *
 * @throws RuleError that names the check, the defect and the tolerance.
 */
export function checkRule(
  f: (...args: Tensor[]) => Result,
  args: readonly TensorLike[],
  options?: CheckOptions,
): CheckResult
/** The same for a function that takes an options argument after its tensors. */
export function checkRule<X extends readonly Tensor[]>(
  f: (...args: X) => Result,
  args: readonly [...X],
  options?: CheckOptions,
): CheckResult
export function checkRule(
  f: (...args: Tensor[]) => Result,
  args: readonly TensorLike[],
  { order = 2, seed = 1, identityTolerance = 1e-11, differenceTolerance = 1e-7 }: CheckOptions = {},
): CheckResult {
  const point = args.map((x) => toTensor(x, 'checkRule'))
  const apply: Apply = (x) => {
    const y = f(...x)
    return (Array.isArray(y) ? (y as readonly TensorLike[]) : [y as TensorLike]).map((part) =>
      toTensor(part, 'checkRule'),
    )
  }
  const random = seededNormal(seed)
  const check = { random, identityTolerance, differenceTolerance }
  const first = checkOnce(apply, point, { ...check, what: '' })
  if (order === 1) return first
  const n = point.length
  const direction = point.map((x) => randomLike(x, random))
  const seeds = apply(point).map((y) => randomLike(y, random))
  const pushed: Apply = (x) => jvp(apply)(x.slice(0, n), x.slice(n)).tangent
  const pulled: Apply = (x) => vjp(apply)(x.slice(0, n)).pullback(x.slice(n))
  const second = [
    checkOnce(pushed, [...point, ...direction], { ...check, what: 'order 2, of the jvp: ' }),
    checkOnce(pulled, [...point, ...seeds], { ...check, what: 'order 2, of the vjp: ' }),
  ]
  const all = [first, ...second]
  return { identity: Math.max(...all.map((r) => r.identity)), difference: Math.max(...all.map((r) => r.difference)) }
}

interface Check {
  readonly what: string
  readonly random: () => number
  readonly identityTolerance: number
  readonly differenceTolerance: number
}

function checkOnce(f: Apply, point: Values, check: Check): CheckResult {
  const { what, random, identityTolerance, differenceTolerance } = check
  const directions = point.map((x) => randomLike(x, random))
  const pushed = jvp(f)(point, directions)
  const { value, pullback } = vjp(f)(point)
  const seeds = value.map((y) => randomLike(y, random))
  const pulled = pullback(seeds)
  pulled.forEach((bar, i) => {
    if (bar.dtype !== point[i].dtype)
      throw new RuleError(`checkRule: ${what}argument ${i} is ${point[i].dtype}, its cotangent ${bar.dtype}.`)
  })
  const scale = 1e-300 + size(seeds) * size(pushed.tangent) + size(pulled) * size(directions)
  const identity = Math.abs(inner(seeds, pushed.tangent) - inner(pulled, directions)) / scale
  require(`${what}adjoint identity ⟨w̄, jvp(ż)⟩ = ⟨vjp(w̄), ż⟩`, identity, identityTolerance)

  const [a, other] = [0.7, value.map((y) => randomLike(y, random))]
  const together = pullback(seeds.map((w, i) => combine(1, w, a, other[i])))
  const apart = pullback(other)
  const linearity =
    distance(
      together,
      pulled.map((bar, i) => combine(1, bar, a, apart[i])),
    ) /
    (1e-300 + size(pulled) + size(apart))
  require(`${what}real-linearity of the vjp`, linearity, identityTolerance)

  const difference =
    Math.min(...steps.map((h) => distance(pushed.tangent, differences(f, point, directions, h)))) /
    (1e-300 + reference(pushed, f, point, directions))
  require(`${what}jvp against five-point differences`, difference, differenceTolerance)
  return { identity: Math.max(identity, linearity), difference }
}

/** Differences have an absolute error of about ε|f|/h: relative to the tangent, or to the value where the tangent vanishes. */
function reference(pushed: { readonly tangent: Values }, f: Apply, point: Values, directions: Values): number {
  return Math.max(size(pushed.tangent), size(differences(f, point, directions, 1e-3)), 1e-6 * size(f(point)))
}

const steps = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3]

/** [8(f(h) − f(−h)) − (f(2h) − f(−2h))]/(12h) */
function differences(f: Apply, point: Values, directions: Values, h: number): Values {
  const at = (step: number): Values => f(point.map((x, i) => combine(1, x, step, directions[i])))
  const [p1, m1, p2, m2] = [at(h), at(-h), at(2 * h), at(-2 * h)]
  return p1.map((_, i) =>
    combine(8 / (12 * h), combine(1, p1[i], -1, m1[i]), -1 / (12 * h), combine(1, p2[i], -1, m2[i])),
  )
}

function require(check: string, defect: number, tolerance: number): void {
  if (defect <= tolerance) return
  throw new RuleError(
    `checkRule: ${check} fails: relative defect ${defect.toExponential(2)}, expected at most ${tolerance.toExponential(0)}.`,
  )
}

/** a x + b y on plain numbers. */
function combine(a: number, x: Tensor, b: number, y: Tensor): Tensor {
  if (x.dtype === 'opaque') return x
  return new Tensor(
    x.shape,
    x.dtype,
    x.data.map((value, i) => a * value + b * y.data[i]),
  )
}

function inner(xs: Values, ys: Values): number {
  let total = 0
  xs.forEach((x, k) => {
    if (x.dtype === ys[k].dtype) x.data.forEach((value, i) => (total += value * ys[k].data[i]))
    else throw new RuleError(`checkRule: a tangent or cotangent is ${ys[k].dtype} where the value is ${x.dtype}.`)
  })
  return total
}

const size = (xs: Values): number => Math.sqrt(inner(xs, xs))

const distance = (xs: Values, ys: Values): number => size(xs.map((x, i) => combine(1, x, -1, ys[i])))

function randomLike({ shape, dtype, data }: Tensor, random: () => number): Tensor {
  return new Tensor(shape, dtype, data.map(random))
}

/** Normally distributed numbers from a seed (mulberry32, Box–Muller). */
export function seededNormal(seed: number): () => number {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
