import { bestDistance, differences } from './differences.ts'
import { combine, inner, randomLike, seededNormal, size, tiny, type Apply } from './values.ts'
import { RuleError } from '../errors.ts'
import { valueAndGrad } from '../transformations/grad.ts'
import { settle } from '../graph.ts'
import { Tensor, toTensor, type TensorLike } from '../tensor.ts'
import { flatten, unflatten, type Loose } from '../tree.ts'

export interface CheckGradsOptions {
  /** Of the random directions. */
  readonly seed?: number
  /** Largest relative distance of a slope from five-point differences. */
  readonly tolerance?: number
}

/** How far the gradient of each leaf is from differences. */
export interface GradsReport {
  /** The largest relative defect of all leaves. */
  readonly defect: number
  readonly leaves: readonly {
    /** Like `.rates[1]`; empty where the parameters are one tensor. */
    readonly path: string
    readonly defect: number
    /** Slope of f along a random direction of this leaf: by the gradient, Re⟨g, v⟩, … */
    readonly slope: number
    /** … and by differences. */
    readonly difference: number
  }[]
}

/**
 * Checks the gradient of a real function f of parameters x, a tree, leaf by leaf: its slope Re⟨g, v⟩ along a random direction v
 * in one leaf against five-point differences of f. Steps are relative to the size of the leaf, so units do not matter.
 *
 * @throws RuleError that names the leaves that are off, with both slopes. What `grad` throws for a function without a gradient.
 */
export function checkGrads<X>(
  f: (x: X) => TensorLike,
  x: Loose<X>,
  { seed = 1, tolerance = 1e-7 }: CheckGradsOptions = {},
): GradsReport {
  const { leaves, structure, paths } = flatten(x, 'checkGrads')
  const point = leaves.map(settle)
  const apply: Apply = (own) => [toTensor(f(unflatten(structure, own) as X), 'checkGrads')]
  const { value, gradient } = valueAndGrad((own: readonly Tensor[]) => apply(own)[0])(point)
  const random = seededNormal(seed)
  const report = point.map((leaf, k) => {
    const direction = combine(largestOf(leaf) || 1, randomLike(leaf, random), 0, leaf)
    const directions = point.map((other, i) => (i === k ? direction : combine(0, other, 0, other)))
    const slope = inner([gradient[k]], [direction])
    const best = bestDistance([scalar(slope)], (h) => differences(apply, point, directions, h).map(flat))
    const difference = best.found[0]?.data[0] ?? NaN
    const scale = Math.max(size([gradient[k]]) * size([direction]), Math.abs(difference), 1e-6 * size([value]))
    return { path: paths[k], slope, difference, defect: best.distance / (tiny + scale) }
  })
  const wrong = report.filter(({ defect }) => !(defect <= tolerance))
  if (wrong.length === 0) return { defect: Math.max(0, ...report.map(({ defect }) => defect)), leaves: report }
  const lines = wrong.map(
    ({ path, slope, difference, defect }) =>
      `${path === '' ? 'the argument' : path}: slope ${slope.toPrecision(8)} by the gradient, ${difference.toPrecision(8)} by differences (relative defect ${defect.toExponential(1)})`,
  )
  throw new RuleError(
    `checkGrads: the gradient is off at ${wrong.length} of ${report.length} leaves, tolerance ${tolerance.toExponential(0)}. ` +
      `${lines.join('; ')}. Check the rules that these parameters go through with checkRule.`,
  )
}

const scalar = (x: number): Tensor => new Tensor([], 'float64', Float64Array.of(x))

const flat = ({ data }: Tensor): Tensor => scalar(data[0])

const largestOf = ({ data }: Tensor): number => data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
