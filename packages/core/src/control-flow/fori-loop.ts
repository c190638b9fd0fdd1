import { ArgumentError, DtypeError } from '../errors.ts'
import { valueOf } from '../graph.ts'
import { add } from '../ops/arithmetic.ts'
import { less } from '../ops/comparison.ts'
import { arange } from '../ops/creation.ts'
import { showType, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import type { Firm, Loose } from '../tree.ts'
import { storeAll, type Checkpoints } from './checkpoints.ts'
import { scanAs } from './scan.ts'
import { repeatWhile } from './while-loop.ts'

export interface ForiOptions {
  /** What the reverse sweep stores. */
  readonly checkpoints?: Checkpoints
}

/**
 * Runs c ← body(i, c) for the integers i = lower … upper − 1, from c = init, and gives the last c; init if there are none.
 *
 * With bounds that have values this is a `scan` over the integers; a bound that is only traced (inside `jit`) makes it a
 * `whileLoop`. Bounds have no derivative. To walk over the rows of a tensor use `scan`.
 *
 * @param body (i, carry) ↦ carry; i is a real tensor of shape [].
 * @param init a tree; the carry keeps its structure, shapes and dtypes.
 * @throws ArgumentError or DtypeError for a bound that is not an integer; ShapeError or DtypeError that names the leaf of the
 *   carry that changes; TracingError if body asks for a value.
 */
// oxlint-disable-next-line max-params -- the bounds are one thing, and the order is that of the field
export function foriLoop<const C>(
  lower: TensorLike,
  upper: TensorLike,
  body: (i: Tensor, carry: Firm<C>) => Loose<Firm<C>>,
  init: C,
  { checkpoints = storeAll }: ForiOptions = {},
): Firm<C> {
  const [from, to] = [toBound('lower', lower), toBound('upper', upper)]
  const run = body as (i: Tensor, carry: unknown) => unknown
  if (typeof from === 'number' && typeof to === 'number') {
    const steps = (carry: unknown, i: unknown): unknown => ({ carry: run(i as Tensor, carry) })
    return scanAs('foriLoop', steps, { init, xs: arange(from, to) }, { checkpoints }).carry as Firm<C>
  }
  type State = { readonly i: Tensor; readonly carry: unknown }
  const last = repeatWhile(
    'foriLoop',
    {
      condition: (state) => less((state as State).i, to),
      body: (state) => {
        const { i, carry } = state as State
        return { i: add(i, 1), carry: run(i, carry) }
      },
    },
    { i: from, carry: init },
    { maxSteps: Infinity, checkpoints },
  )
  return (last as State).carry as Firm<C>
}

/** A bound as a number, or the tensor itself where it has no value yet. */
function toBound(name: string, bound: TensorLike): number | Tensor {
  const x = toTensor(bound, 'foriLoop')
  if (x.dtype !== 'float64' || x.shape.length > 0) {
    throw new DtypeError(`foriLoop: ${name} must be one real number, an integer, got ${showType(x)}.`)
  }
  const value = valueOf(x)?.data[0]
  if (value === undefined) return x
  if (Number.isSafeInteger(value)) return value
  throw new ArgumentError(`foriLoop: ${name} must be an integer, got ${value}. Round it outside.`)
}
