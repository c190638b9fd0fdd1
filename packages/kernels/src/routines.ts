// The routines that a solver is built on, on flat arrays and row-major: X for complex matrices, (re, im) interleaved, XReal for
// real ones. A new routine is a file of its own and one line here; the rest of the package follows from the names.
export { fft } from './fft.ts'
export { gemm } from './gemm.ts'
export { gemmReal } from './gemm-real.ts'
export { geqrf } from './geqrf.ts'
export { getrf } from './getrf.ts'
export { getrs } from './getrs.ts'
export { trtrs } from './trtrs.ts'
export { ungqr } from './ungqr.ts'
export { unmqr } from './unmqr.ts'
