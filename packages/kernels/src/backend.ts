import { gemmReal } from './gemm-real.ts'
import { gemm } from './gemm.ts'
import { geqrf } from './geqrf.ts'
import { getrf } from './getrf.ts'
import { getrs } from './getrs.ts'
import { trtrs } from './trtrs.ts'
import { ungqr } from './ungqr.ts'
import { unmqr } from './unmqr.ts'

/**
 * The routines a solver is built on, on flat arrays: complex matrices row-major, (re, im) interleaved. Shapes and meaning of
 * each are those of the embedded function of the same name; a native backend keeps them.
 */
export interface Backend {
  /** For reports and benchmarks. */
  readonly name: string
  readonly gemm: typeof gemm
  readonly gemmReal: typeof gemmReal
  readonly getrf: typeof getrf
  readonly getrs: typeof getrs
  readonly geqrf: typeof geqrf
  readonly ungqr: typeof ungqr
  readonly unmqr: typeof unmqr
  readonly trtrs: typeof trtrs
}

/** JavaScript and WebAssembly, nothing to install. */
export const embeddedBackend: Backend = {
  name: 'embedded',
  gemm,
  gemmReal,
  getrf,
  getrs,
  geqrf,
  ungqr,
  unmqr,
  trtrs,
}

/** The only setting of the package: one backend for the whole process. All of them agree to rounding. */
let current: Backend = embeddedBackend

/** The backend in use; ask at every call, do not keep its functions. */
export function currentBackend(): Backend {
  return current
}

/** From now on all solvers of the process use this backend; `useBackend(embeddedBackend)` goes back. */
export function useBackend(backend: Backend): void {
  current = backend
}
