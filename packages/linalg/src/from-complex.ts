import type { Dtype } from '@cad/core'

/** Interleaved complex numbers as the data of a tensor of this dtype; the imaginary parts of a real one are zero, and dropped. */
export function fromComplex(data: Float64Array, dtype: Dtype): Float64Array {
  if (dtype === 'complex128') return data
  return Float64Array.from({ length: data.length / 2 }, (_, i) => data[2 * i])
}
