import { currentBackend, useBackend } from '@cad/kernels'

type Routines = Record<string, (...args: never[]) => unknown>

/** The routines of the backend in use, and how others take their place; the only lines that know the form of a backend. */
const currentRoutines = (): Routines =>
  Object.fromEntries(
    Object.entries(currentBackend()).filter(([, routine]) => typeof routine === 'function'),
  )
const replaceRoutines = (routines: Routines): void => useBackend({ ...currentBackend(), ...routines })

/** The names of all routines. */
export const routinesOf = (): string[] => Object.keys(currentRoutines())

/** How often each routine is called while `body` runs; those that are not called are missing. */
export function callsOf(body: () => void): ReadonlyMap<string, number> {
  const routines = currentRoutines()
  const calls = new Map<string, number>()
  const counted = Object.entries(routines).map(([name, routine]) => [
    name,
    (...args: never[]) => {
      calls.set(name, (calls.get(name) ?? 0) + 1)
      return routine(...args)
    },
  ])
  replaceRoutines(Object.fromEntries(counted) as Routines)
  try {
    body()
  } finally {
    replaceRoutines(routines)
  }
  return calls
}
