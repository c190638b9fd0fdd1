import { DtypeError, ShapeError } from '../errors.ts'
import { showType, type TensorType } from '../tensor.ts'

/** Checks that a decision is one real number. */
export function requirePredicate(caller: string, type: TensorType): void {
  if (type.dtype !== 'float64') {
    throw new DtypeError(
      `${caller}: the predicate must be a real number, 0 for false, got ${showType(type)}. Complex numbers have no order: compare abs, real or imag.`,
    )
  }
  if (type.shape.length > 0) {
    throw new ShapeError(
      `${caller}: the predicate must be one number, shape [], got ${showType(type)}. ` +
        'To choose element by element use where(mask, a, b).',
    )
  }
}
