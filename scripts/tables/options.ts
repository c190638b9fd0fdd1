/** Tables of options: an interface of a package, its members with type, default and comment. */
import { code, table } from './page.ts'
import { defaultsIn, interfaceMembers } from './syntax.ts'

/**
 * @param name of the interface.
 * @param files whose code sets the defaults; of two defaults the first counts.
 */
export function optionTable(packageName: string, name: string, ...files: readonly string[]): string {
  const found = files.toReversed().flatMap((file) => [...defaultsIn(`packages/${packageName}/src/${file}`)])
  const defaults = new Map(found)
  const members = interfaceMembers(packageName, name)
  if (members.length === 0) throw new Error(`packages/${packageName}/src has no interface ${name}.`)
  return table(
    ['option', 'type', 'default', 'meaning'],
    members.map((member) => {
      const value = defaults.get(member.name)
      return [code(member.name), code(member.type), value === undefined ? '' : code(value), member.comment]
    }),
  )
}
