import { ArgumentError, ShapeError } from '../errors.ts'
import { showShape, toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { ravel, requireAxes, type Axes } from './axes.ts'
import { slice } from './indexing.ts'
import { requireAxis } from './joining.ts'
import { atPositions } from './at-positions.ts'
import { reshape } from './shape.ts'

/** x with the order of its elements reversed along the given axes, by default along all. */
export function flip(x: TensorLike, { axis }: { readonly axis?: Axes } = {}): Tensor {
  const a = toTensor(x, 'flip')
  const axes = axis === undefined ? [...a.shape.keys()] : requireAxes('flip', axis, a.shape.length)
  return atPositions(
    'flip',
    a,
    new Map(axes.map((i) => [i, Int32Array.from({ length: a.shape[i] }, (_, p) => a.shape[i] - 1 - p)])),
  )
}

/**
 * x with its elements moved on by `shift` places along an axis, and those that leave it put in again at its start. Several
 * axes take one shift for all or one each; without `axis` the elements are rolled as one row, and keep their shape.
 *
 * @throws ArgumentError for a shift that is not an integer; ShapeError if there are not as many shifts as axes.
 */
export function roll(x: TensorLike, shift: Axes, { axis }: { readonly axis?: Axes } = {}): Tensor {
  const a = toTensor(x, 'roll')
  const shifts = integers('roll', 'shift', shift, -Infinity)
  if (axis === undefined) {
    const total = shifts.reduce((sum, s) => sum + s, 0)
    return reshape(roll(ravel(a), total, { axis: 0 }), a.shape)
  }
  const axes = requireAxes('roll', axis, a.shape.length)
  if (shifts.length !== 1 && shifts.length !== axes.length) {
    throw new ShapeError(
      `roll: expected one shift, or one for each of ${axes.length} axes, got ${shifts.length}. Give as many shifts as axes.`,
    )
  }
  return atPositions(
    'roll',
    a,
    new Map(
      axes.map((i, k) => {
        const n = a.shape[i]
        const by = n === 0 ? 0 : (shifts.length === 1 ? shifts[0] : shifts[k]) % n
        return [i, Int32Array.from({ length: n }, (_, p) => (p - by + n) % n)]
      }),
    ),
  )
}

/**
 * x laid side by side: `reps[i]` copies along axis i. A list shorter than x has axes counts for the last ones, a longer one
 * adds axes in front, as in NumPy.
 *
 * @throws ArgumentError for a count that is not an integer ≥ 0.
 */
export function tile(x: TensorLike, reps: number | readonly number[]): Tensor {
  const a = toTensor(x, 'tile')
  const counts = integers('tile', 'reps', reps, 0)
  const rank = Math.max(a.shape.length, counts.length)
  const pad = (list: readonly number[]): number[] => [...new Array<number>(rank - list.length).fill(1), ...list]
  const padded = reshape(a, pad(a.shape))
  const positions = new Map<number, Int32Array>()
  pad(counts).forEach((count, axis) => {
    const n = padded.shape[axis]
    if (count !== 1)
      positions.set(
        axis,
        Int32Array.from({ length: n * count }, (_, p) => p % n),
      )
  })
  return atPositions('tile', padded, positions)
}

/**
 * x with each element along an axis repeated: `repeats` times, or `repeats[i]` times for number i. Without `axis`, x is flattened
 * first.
 *
 * @throws ArgumentError for a count that is not an integer ≥ 0; ShapeError if there are not as many counts as elements.
 */
export function repeat(
  x: TensorLike,
  repeats: number | readonly number[],
  { axis }: { readonly axis?: number } = {},
): Tensor {
  const a = axis === undefined ? ravel(toTensor(x, 'repeat')) : toTensor(x, 'repeat')
  const along = requireAxis('repeat', axis ?? 0, a.shape.length)
  const n = a.shape[along]
  const counts = integers('repeat', 'repeats', repeats, 0)
  if (counts.length !== 1 && counts.length !== n) {
    throw new ShapeError(
      `repeat: expected one count, or one for each of the ${n} elements along axis ${along} of shape ${showShape(a.shape)}, ` +
        `got ${counts.length}. Give as many counts as elements.`,
    )
  }
  const positions = Array.from({ length: n }, (_, p) =>
    new Array<number>(counts.length === 1 ? counts[0] : counts[p]).fill(p),
  ).flat()
  return atPositions('repeat', a, new Map([[along, positions]]))
}

/**
 * x cut along an axis, the first by default: into so many equal parts, or at the positions of a list, as in NumPy:
 * `split(x, [2, 5])` is x[0…1], x[2…4], x[5…].
 *
 * @throws ShapeError if the axis does not divide into equal parts; ArgumentError for positions that are not integers.
 */
export function split(
  x: TensorLike,
  sections: number | readonly number[],
  { axis = 0 }: { readonly axis?: number } = {},
): Tensor[] {
  const a = toTensor(x, 'split')
  const along = requireAxis('split', axis, a.shape.length)
  const n = a.shape[along]
  const cuts =
    typeof sections === 'number' ? equalCuts(sections, n, along) : integers('split', 'sections', sections, -Infinity)
  const whole = Array.from({ length: along }, () => ({}))
  return [...cuts, n].map((end, i) => slice(a, ...whole, { start: i === 0 ? 0 : cuts[i - 1], end }))
}

function equalCuts(parts: number, n: number, axis: number): number[] {
  const [count] = integers('split', 'sections', parts, 1)
  if (n % count !== 0) {
    throw new ShapeError(
      `split: ${n} elements along axis ${axis} do not divide into ${count} equal parts. Give the positions of the cuts as a list.`,
    )
  }
  return Array.from({ length: count - 1 }, (_, i) => ((i + 1) * n) / count)
}

/** One integer or a list of them as a list, none below `least`. */
function integers(caller: string, name: string, x: number | readonly number[], least: number): readonly number[] {
  const list = typeof x === 'number' ? [x] : x
  for (const i of list) {
    if (!Number.isInteger(i) || i < least) {
      throw new ArgumentError(
        `${caller}: ${name} must be ${least === -Infinity ? 'integers' : `integers ≥ ${least}`}, got ${i}. Check how it is computed.`,
      )
    }
  }
  return list
}
