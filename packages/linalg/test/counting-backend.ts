import { currentBackend, useBackend } from '@cad/kernels'

type Routines = Readonly<Record<string, (...args: never[]) => unknown>>

const { name: nameInUse, ...inUse } = currentBackend()
const routines: Routines = inUse
const replaceRoutines = (others: Routines): void => useBackend({ name: 'counting', routines: { ...inUse, ...others } })
const restore = (): void => useBackend({ name: nameInUse, routines: inUse })

/** The names of all routines. */
export const routineNames: readonly string[] = Object.keys(routines)

/** How often each routine is called while `body` runs; those that are not called are missing. */
export function callsOf(body: () => void): ReadonlyMap<string, number> {
  const calls = new Map<string, number>()
  const counted = Object.entries(routines).map(([name, routine]): [string, Routines[string]] => [
    name,
    (...args) => {
      calls.set(name, (calls.get(name) ?? 0) + 1)
      return routine(...args)
    },
  ])
  replaceRoutines(Object.fromEntries(counted))
  try {
    body()
  } finally {
    restore()
  }
  return calls
}
