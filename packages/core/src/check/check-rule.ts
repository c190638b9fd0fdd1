import { checkDifferences } from './differences.ts'
import { checkEmbedding, checkRealSeeds } from './embedding.ts'
import { checkHolomorphy } from './holomorphy.ts'
import { checkIdentity, checkLinearity, checkTypes, checkUnits, unitsOf } from './linear-maps.ts'
import { checkSymmetry, pulledMap, pushedMap } from './second-order.ts'
import { subjectOf, type Subject } from './subject.ts'
import { seededNormal, type Apply } from './values.ts'
import { toTensor, type Tensor, type TensorLike } from '../tensor.ts'

export interface CheckOptions {
  /** 2 checks the derivative of the jvp and of the vjp as well. */
  readonly order?: 1 | 2
  /** Of the random tangents and cotangents. */
  readonly seed?: number
  /** Largest relative defect of the adjoint identity, and of everything else that needs no differences. */
  readonly identityTolerance?: number
  /** Largest relative distance from five-point differences; they reach 1e-10 on well-conditioned data. */
  readonly differenceTolerance?: number
  /** Requires ∂f/∂z̄ = 0 for all complex arguments. */
  readonly holomorphic?: boolean
}

/** The largest relative defect that each check found. */
export interface CheckResult {
  /** ⟨w̄, jvp(ż)⟩ against ⟨vjp(w̄), ż⟩ */
  readonly identity: number
  /** The jvp against five-point differences of f. */
  readonly difference: number
  /** Of jvp and vjp, for real factors. */
  readonly linearity: number
  /** Tangents {1, i} against cotangents {1, i}. */
  readonly units: number
  /** The same function on ℝ²ⁿ: values, jvp and vjp. */
  readonly embedding: number
  /** Forward over reverse against reverse over forward; 0 at order 1. */
  readonly symmetry: number
  /** Whether ∂f/∂z̄ = 0 for all complex arguments; undefined without one. */
  readonly holomorphic: boolean | undefined
}

type Result = TensorLike | readonly TensorLike[]

/**
 * Checks the jvp and vjp of f at a point, on random complex directions. Without differences: the adjoint identity
 * ⟨w̄, jvp(ż)⟩ = ⟨vjp(w̄), ż⟩, also for the units {1, i}; real-linearity, and that complex factors pass through both maps or
 * through neither; the same function on ℝ²ⁿ; types, and real seeds as complex ones. Against five-point differences: the jvp.
 * At order 2 the same for the maps jvp and vjp themselves, and forward over reverse against reverse over forward. f may give
 * one tensor or a list.
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
  {
    order = 2,
    seed = 1,
    identityTolerance = 1e-11,
    differenceTolerance = 1e-7,
    holomorphic = false,
  }: CheckOptions = {},
): CheckResult {
  const point = args.map((x) => toTensor(x, 'checkRule'))
  const apply: Apply = (x) => {
    const y = f(...x)
    return (Array.isArray(y) ? (y as readonly TensorLike[]) : [y as TensorLike]).map((part) =>
      toTensor(part, 'checkRule'),
    )
  }
  const settings = { random: seededNormal(seed), tolerance: identityTolerance }
  const subject = subjectOf(apply, point, { ...settings, what: '' })
  const first = checkFirstOrder(subject, differenceTolerance, holomorphic)
  if (order === 1) return first
  const n = point.length
  const seconds: readonly (readonly [Apply, readonly Tensor[], string])[] = [
    [pushedMap(apply, n), [...point, ...subject.directions], 'order 2, of the jvp: '],
    [pulledMap(apply, n), [...point, ...subject.seeds], 'order 2, of the vjp: '],
  ]
  const all = [first]
  for (const [map, at, what] of seconds) {
    const second = subjectOf(map, at, { ...settings, what })
    all.push({ ...first, ...checkMaps(second), difference: checkDifferences(second, differenceTolerance) })
  }
  const largest = (key: 'identity' | 'difference' | 'linearity'): number => Math.max(...all.map((found) => found[key]))
  return {
    ...first,
    identity: largest('identity'),
    difference: largest('difference'),
    linearity: largest('linearity'),
    symmetry: checkSymmetry(subject),
  }
}

const checkMaps = (subject: Subject): Pick<CheckResult, 'identity' | 'linearity'> => {
  checkTypes(subject)
  return { identity: checkIdentity(subject), linearity: checkLinearity(subject) }
}

function checkFirstOrder(subject: Subject, differenceTolerance: number, asserted: boolean): CheckResult {
  const maps = checkMaps(subject)
  const holomorphic = checkHolomorphy(subject, asserted)
  checkRealSeeds(subject)
  return {
    ...maps,
    holomorphic,
    units: checkUnits(subject),
    embedding: checkEmbedding(subject),
    difference: Math.max(
      checkDifferences(subject, differenceTolerance),
      ...scalarSubjects(subject).map((scalar) => checkDifferences(scalar, differenceTolerance)),
    ),
    symmetry: 0,
  }
}

/** A function of scalars along 1 and i in each of its arguments. */
function scalarSubjects(subject: Subject): Subject[] {
  const { point, push } = subject
  if (!point.every(({ size }) => size === 1)) return []
  return unitsOf(point, () => 0).map((directions) => ({ ...subject, directions, tangent: push(directions) }))
}
