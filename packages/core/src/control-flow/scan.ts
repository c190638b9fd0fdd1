import { ArgumentError, ShapeError } from '../errors.ts'
import { describeValue, showShape, type Tensor } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { closedFunction } from '../closed/closed-function.ts'
import { byIdentity, type ByIdentity } from '../identity.ts'
import { graphOf } from '../trace.ts'
import type { Firm, Loose } from '../tree.ts'
import { fitCarry, leafName, partsOf, type Parts } from './carry.ts'
import { storeAll, type Checkpoints } from './checkpoints.ts'
import { bindScan } from './scan-primitive.ts'

export interface ScanOptions {
  /** Number of steps; needed where there are no xs. */
  readonly length?: number
  /** From the last row of xs to the first; row i of ys still belongs to row i of xs. */
  readonly reverse?: boolean
  /** What the reverse sweep stores. */
  readonly checkpoints?: Checkpoints
}

/** What the body of a scan gives: the next carry, and a tree that becomes row i of ys. */
export interface ScanStep<C> {
  readonly carry: Loose<C>
  readonly y?: unknown
}

type RowOf<S> = S extends { readonly y: infer Y } ? Y : undefined

export interface ScanResult<C, Y> {
  readonly carry: C
  readonly ys: Y
}

/**
 * Runs (cᵢ₊₁, yᵢ) = f(cᵢ, xᵢ) for the rows xᵢ of xs, in order: c₀ = init, and the result is the last carry and the stacked yᵢ.
 *
 * f is traced once, whether or not anything is differentiated, and compiled as the body of a loop: inside it tensors have no
 * values, and what depends neither on the carry nor on x is computed once. The whole is one node; its jvp is a scan of the
 * body's jvp, its vjp stores the carries and scans back. Tensors caught in a closure are differentiated like arguments.
 *
 * @param f (carry, x) ↦ { carry, y }; y may be left out.
 * @param init a tree, or undefined where nothing is carried. The carry keeps its structure, shapes and dtypes.
 * @param xs a tree of tensors with the same first length, or undefined with `length` given.
 * @returns carry like init; ys with one more axis in front, undefined without y.
 * @throws ShapeError or DtypeError that names the leaf of xs or of the carry that does not fit; TracingError if f asks for a value.
 */
export function scan<const C, const X, const S extends ScanStep<Firm<C>>>(
  f: (carry: Firm<C>, x: Firm<X>) => S,
  init: C,
  xs: X,
  options: ScanOptions = {},
): ScanResult<Firm<C>, Firm<RowOf<S>>> {
  return scanAs('scan', f as AnyStep, { init, xs }, options) as ScanResult<Firm<C>, Firm<RowOf<S>>>
}

type AnyStep = (carry: unknown, x: unknown) => unknown

/** `scan` on behalf of `caller`. */
export function scanAs(
  caller: string,
  f: AnyStep,
  { init, xs }: { readonly init: unknown; readonly xs: unknown },
  { length: given, reverse = false, checkpoints = storeAll }: ScanOptions,
): ScanResult<unknown, unknown> {
  const carry = partsOf(init, caller)
  const rows = partsOf(xs, caller)
  const length = lengthOfRows(rows, given)
  const n = carry.leaves.length
  let out: Parts = partsOf(undefined, caller)
  const open = graphOf(
    (inputs) => {
      const step = requireStep(f(carry.rebuild(inputs.slice(0, n)), rows.rebuild(inputs.slice(n))))
      out = partsOf(step.y, caller)
      return [...fitCarry(caller, carry, step.carry), ...out.leaves]
    },
    [...carry.leaves, ...rows.leaves.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }))],
  )
  const steps = { carryCount: n, length, reverse, checkpoints: byIdentity(checkpoints) }
  const results = applyBody(open, [...carry.leaves, ...rows.leaves], steps)
  return { carry: carry.rebuild(results.slice(0, n)), ys: out.rebuild(results.slice(n)) }
}

interface Application {
  readonly carryCount: number
  readonly length: number
  readonly reverse: boolean
  readonly checkpoints: ByIdentity<Checkpoints>
}

/** The scan of a traced body over arguments (carry, xs); what it caught, and constants that differ from call to call, follow. */
function applyBody(open: Graph, args: readonly Tensor[], { carryCount, ...steps }: Application): readonly Tensor[] {
  if (open.outputs.length === 0) return []
  const xCount = args.length - carryCount
  const { value, captured, constants } = closedFunction(open)
  const body = { f: value, carryCount, xCount }
  return bindScan([...args, ...captured, ...constants], { body, ...steps })
}

function requireStep(step: unknown): { readonly carry: unknown; readonly y?: unknown } {
  if (typeof step === 'object' && step !== null && 'carry' in step) return step
  throw new ArgumentError(
    `scan: the body must give { carry, y }, got ${describeValue(step)}. Return { carry: …, y: … }, or { carry: … } without y.`,
  )
}

function lengthOfRows({ leaves, paths }: Parts, given: number | undefined): number {
  if (given !== undefined && (!Number.isInteger(given) || given < 0)) {
    throw new ArgumentError(`scan: length must be an integer ≥ 0, got ${given}. It is the number of steps.`)
  }
  leaves.forEach(({ shape }, i) => {
    if (shape.length === 0) {
      throw new ShapeError(
        `scan: expected xs with an axis to scan over, got shape [] for ${leafName(paths[i])}. Catch what is the same in every step in the closure.`,
      )
    }
    if (shape[0] !== (given ?? leaves[0].shape[0])) {
      const expected = given === undefined ? `${leafName(paths[0])} has ${leaves[0].shape[0]}` : `length is ${given}`
      throw new ShapeError(
        `scan: all xs must have the same number of rows; ${leafName(paths[i])} of shape ${showShape(shape)} has ${shape[0]}, ` +
          `and ${expected}. Cut them to one length with slice.`,
      )
    }
  })
  const length = given ?? leaves[0]?.shape[0]
  if (length === undefined) {
    throw new ArgumentError('scan: without xs the number of steps is not known. Give it as { length: … }.')
  }
  return length
}
