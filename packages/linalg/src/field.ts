import type { Tensor } from '@cad/core'
import { complexData } from '@cad/core/compiler'

/** What a matrix is computed over: real matrices by real routines, which cost a quarter. */
export type Field = 'float64' | 'complex128'

export const fieldOf = ({ dtype }: Tensor): Field => (dtype === 'complex128' ? 'complex128' : 'float64')

/**
 * A copy of B to be overwritten with a solution for a matrix over `field`, and the number of its columns over that field: complex
 * right-hand sides of a real matrix are twice as many real ones, their parts side by side.
 */
export function rightSides(field: Field, B: Tensor): { readonly X: Float64Array; readonly columns: number } {
  const columns = B.shape[1]
  if (field === 'complex128') return { X: B.dtype === 'complex128' ? B.data.slice() : complexData(B), columns }
  return { X: B.data.slice(), columns: B.dtype === 'complex128' ? 2 * columns : columns }
}
