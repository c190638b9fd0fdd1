import { RuleError } from '../errors.ts'
import { lengthOf, Tensor, type TensorType } from '../tensor.ts'

/** Plain tensors: a point, tangents or cotangents. */
export type Values = readonly Tensor[]
export type Apply = (args: Values) => Values

/** Throws if a defect is not within its tolerance; NaN is not. */
export function requireDefect(check: string, defect: number, tolerance: number): number {
  if (defect <= tolerance) return defect
  throw new RuleError(
    `checkRule: ${check} fails: relative defect ${defect.toExponential(2)}, expected at most ${tolerance.toExponential(0)}.`,
  )
}

/** a x + b y on plain numbers. */
export function combine(a: number, x: Tensor, b: number, y: Tensor): Tensor {
  if (x.dtype === 'opaque') return x
  return new Tensor(
    x.shape,
    x.dtype,
    x.data.map((value, i) => a * value + b * y.data[i]),
  )
}

export const combineAll = (a: number, xs: Values, b: number, ys: Values): Values =>
  xs.map((x, i) => combine(a, x, b, ys[i]))

/** Σ Re⟨x, y⟩ */
export function inner(xs: Values, ys: Values): number {
  let total = 0
  xs.forEach((x, k) => {
    if (x.dtype === ys[k].dtype) x.data.forEach((value, i) => (total += value * ys[k].data[i]))
    else throw new RuleError(`checkRule: a tangent or cotangent is ${ys[k].dtype} where the value is ${x.dtype}.`)
  })
  return total
}

export const size = (xs: Values): number => Math.sqrt(inner(xs, xs))

export const distance = (xs: Values, ys: Values): number => size(combineAll(1, xs, -1, ys))

/** Smallest number that a defect is divided by: 0 / 0 is no defect. */
export const tiny = 1e-300

/** i x for complex tensors, 0 for real ones, whose tangents and cotangents cannot be turned. */
export function turned(x: Tensor): Tensor {
  const data = new Float64Array(x.data.length)
  if (x.dtype === 'complex128') {
    for (let i = 0; i < data.length; i += 2) {
      data[i] = -x.data[i + 1]
      data[i + 1] = x.data[i]
    }
  }
  return new Tensor(x.shape, x.dtype, data)
}

/** x where it is complex, 0 where it is real. */
export const complexPart = (x: Tensor): Tensor => (x.dtype === 'complex128' ? x : combine(0, x, 0, x))

/** 1 at number `index` of the interleaved data, 0 elsewhere. */
export function unitLike(type: TensorType, index: number): Tensor {
  const data = new Float64Array(lengthOf(type))
  data[index] = 1
  return new Tensor(type.shape, type.dtype, data)
}

export function randomLike({ shape, dtype, data }: Tensor, random: () => number): Tensor {
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
