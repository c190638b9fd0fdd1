import { DtypeError, ShapeError, TracingError } from '../errors.ts'
import { admit } from '../graph.ts'
import { describeValue, sameShape, Tensor, type Shape } from '../tensor.ts'

/**
 * Positions along an axis: integers nested to any depth, or a real tensor that holds them; negative ones count from the end. They are
 * constants: nothing is differentiated with respect to them.
 */
export type Indices = number | Tensor | readonly Indices[]

/** The numbers of an index array, row-major, not yet checked against an axis. */
export interface IndexArray {
  readonly shape: Shape
  readonly values: readonly number[]
}

/** An index array read: rectangular, real and not traced. */
export function readIndices(caller: string, indices: Indices): IndexArray {
  if (typeof indices === 'number') return { shape: [], values: [indices] }
  if (indices instanceof Tensor) return readTensor(caller, indices)
  if (!Array.isArray(indices)) {
    throw new DtypeError(
      `${caller}: expected integers, arrays of them or a real tensor as indices, got ${describeValue(indices)}. Use numbers like [0, 2].`,
    )
  }
  const parts = (indices as readonly Indices[]).map((part) => readIndices(caller, part))
  if (parts.length === 0) return { shape: [0], values: [] }
  for (const { shape } of parts) {
    if (!sameShape(shape, parts[0].shape)) {
      throw new ShapeError(
        `${caller}: an index array is rectangular, got parts of shapes [${parts[0].shape.join(', ')}] and [${shape.join(', ')}]. ` +
          'Give lists of equal length.',
      )
    }
  }
  return { shape: [parts.length, ...parts[0].shape], values: parts.flatMap(({ values }) => values) }
}

function readTensor(caller: string, indices: Tensor): IndexArray {
  const x = admit(indices, caller)
  if (x.isTraced) {
    throw new TracingError(
      `${caller}: got a traced tensor as index array; indices are constants, without derivative. ` +
        'In grad, jvp or vjp take stopGradient(indices); in jit compute them outside, or choose with where(mask, a, b).',
    )
  }
  if (x.dtype !== 'float64') {
    throw new DtypeError(`${caller}: expected a real tensor of integers as indices, got one of dtype ${x.dtype}.`)
  }
  return { shape: x.shape, values: [...x.data] }
}
