import { pairRoutines, type FieldDtype, type FieldRoutines, type Routines } from './field-routines.ts'
import { requireBackend } from './require-backend.ts'
import * as embedded from './routines.ts'

/** Some routines of a library; the embedded ones compute the rest. Shapes and meaning of each are those of its embedded namesake. */
export interface PartialBackend {
  /** For reports and benchmarks. */
  readonly name: string
  readonly routines: Partial<Routines>
}

/** All routines, whoever computes them, and the name of the backend in use. */
export type Backend = Routines & { readonly name: string }

/** JavaScript and WebAssembly, nothing to install. */
export const embeddedBackend: PartialBackend = { name: 'embedded', routines: {} }

/** The only setting of the package: one backend for the whole process. All of them agree to rounding. */
let current = completed(embeddedBackend)

function completed({ name, routines }: PartialBackend) {
  const backend: Backend = { ...embedded, ...routines, name }
  return { backend, fields: pairRoutines(backend) }
}

/** The backend in use; ask at every call, do not keep its functions. */
export function currentBackend(): Backend {
  return current.backend
}

/** Its routines for matrices of one dtype; ask at every call. */
export function routinesFor(dtype: FieldDtype): FieldRoutines {
  return current.fields[dtype]
}

/**
 * From now on all solvers of the process use these routines, and the embedded ones for those left out;
 * `useBackend(embeddedBackend)` goes back.
 *
 * @throws BackendError if there is no name, a routine is not a function, or a name is that of no routine.
 */
export function useBackend(backend: PartialBackend): void {
  requireBackend(backend, Object.keys(embedded))
  current = completed(backend)
}
