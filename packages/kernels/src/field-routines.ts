import type * as embedded from './routines.ts'

/** All routines by their names, with the contracts of the embedded ones. */
export type Routines = typeof embedded

/** Names X of routines that have a real twin XReal. */
type PairedName = { [X in keyof Routines]: `${X}Real` extends keyof Routines ? X : never }[keyof Routines]

/**
 * The routines over one field, ℝ or ℂ, under names without the field. The contracts are those of the complex routines, with
 * `width` for the doubles that an element takes: a matrix [m, n] is width · m · n doubles.
 */
export type FieldRoutines = Pick<Routines, PairedName> & { readonly width: 1 | 2 }

/** The element types that matrices are computed in. */
export type FieldDtype = 'float64' | 'complex128'

/** Both halves of every pair X, XReal of the table. It compiles only as long as real twins have the signatures of their complex ones. */
export function pairRoutines(routines: Routines): Readonly<Record<FieldDtype, FieldRoutines>> {
  const names = Object.keys(routines).filter((name): name is PairedName => `${name}Real` in routines)
  const real = Object.fromEntries(names.map((X) => [X, routines[`${X}Real`]]))
  const complex = Object.fromEntries(names.map((X) => [X, routines[X]]))
  return {
    float64: { ...(real as { [X in PairedName]: Routines[`${X}Real`] }), width: 1 },
    complex128: { ...(complex as Pick<Routines, PairedName>), width: 2 },
  }
}
