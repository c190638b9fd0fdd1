import { ShapeError, type Tensor } from '@cad/core'

/** @throws ShapeError if the shapes differ: nothing is broadcast in a fit. */
export function requireShape(what: string, found: Tensor, of: string, expected: Tensor): void {
  if (found.shape.length === expected.shape.length && found.shape.every((n, axis) => n === expected.shape[axis])) return
  throw new ShapeError(
    `fit: ${what} must have the shape of ${of}, [${expected.shape.join(', ')}], got [${found.shape.join(', ')}]. Nothing is broadcast here; reshape one of them.`,
  )
}
