import { BackendError } from './backend-error.ts'
import { nearestName } from './nearest-name.ts'

/**
 * Checks what `useBackend` is given, which may come from JavaScript, or from another version of this package.
 *
 * @param known the names of all routines.
 * @throws BackendError if it is not a name and an object of functions, each under the name of a routine.
 */
export function requireBackend(backend: unknown, known: readonly string[]): void {
  if (!isObject(backend)) {
    throw new BackendError(
      `useBackend: expected a backend { name, routines }, got ${show(backend)}. ` +
        'useBackend(embeddedBackend) goes back to the embedded one.',
    )
  }
  const { name, routines } = backend
  if (typeof name !== 'string' || name === '') {
    throw new BackendError(
      `useBackend: expected a backend with a name, got the name ${show(name)}. Give it one, for reports and benchmarks.`,
    )
  }
  if (!isObject(routines)) {
    throw new BackendError(
      `useBackend: expected the routines of backend '${name}' as an object, got ${show(routines)}. ` +
        'Give { name, routines: { getrf, … } } with those that it has; {} if it has none.',
    )
  }
  for (const [routine, value] of Object.entries(routines)) {
    if (!known.includes(routine)) {
      throw new BackendError(
        `useBackend: expected names of routines from backend '${name}', got '${routine}'. ` +
          `The nearest is '${nearestName(routine, known)}': rename it, or leave it out.`,
      )
    }
    if (typeof value !== 'function') {
      throw new BackendError(
        `useBackend: expected '${routine}' of backend '${name}' to be a function, got ${show(value)}. ` +
          'Leave it out, and the embedded one computes.',
      )
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`
}
