/** Exports that need no case, and why. */
export type Excluded = Readonly<Record<string, string>>

/**
 * Throws unless every exported value of a package has exactly one entry in its table of cases or a reason among the exclusions,
 * and both name exports alone. Error classes need neither.
 */
export function expectEveryExport(
  exports: object,
  table: readonly { readonly name: string }[],
  excluded: Excluded,
): void {
  const problems = exportProblems(exports, table, excluded)
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

function exportProblems(exports: object, table: readonly { readonly name: string }[], excluded: Excluded): string[] {
  const names = Object.entries(exports).flatMap(([name, value]) => (isErrorClass(value) ? [] : [name]))
  const places = [...table.map(({ name }) => name), ...Object.keys(excluded)]
  const count = (name: string): number => places.filter((place) => place === name).length
  return [
    ...names.filter((name) => count(name) === 0).map((name) => `${name} is exported and has no case. Add one.`),
    ...[...new Set(places)].flatMap((name) => {
      if (!names.includes(name)) return [`${name} has a case or an exclusion and is not exported. Remove it.`]
      return count(name) > 1 ? [`${name} stands in ${count(name)} places. Make it one case, with variants.`] : []
    }),
    ...Object.entries(excluded)
      .filter(([, reason]) => reason.trim() === '')
      .map(([name]) => `${name} is excluded without a reason. Give one, or a case.`),
  ]
}

const isErrorClass = (value: unknown): boolean =>
  typeof value === 'function' && (value.prototype as unknown) instanceof Error
