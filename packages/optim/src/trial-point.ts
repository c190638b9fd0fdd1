import { NotFiniteError, NumericalError } from '@cad/core'

/**
 * What f gives, or `otherwise` of its failure, if it fails for the numbers that it got. Any other error is a mistake in the program, and goes on.
 */
export function attempt<T>(f: () => T, otherwise: (failure: Error) => T): T {
  try {
    return f()
  } catch (error) {
    if (error instanceof NumericalError || error instanceof NotFiniteError) return otherwise(error)
    throw error
  }
}

/** `n` numbers of a point where there are none. */
export const notANumber = (n: number): Float64Array => new Float64Array(n).fill(NaN)
