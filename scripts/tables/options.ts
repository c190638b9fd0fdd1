/** Tables of options: an interface of a package, its members with type, default and comment. */
import { code, table } from './page.ts'
import { defaultsIn, interfaceMembers } from './syntax.ts'

/**
 * @param name of the interface.
 * @param file whose code sets the defaults.
 */
export function optionTable(packageName: string, name: string, file: string): string {
  const defaults = defaultsIn(`packages/${packageName}/src/${file}`)
  const members = interfaceMembers(packageName, name)
  if (members.length === 0) throw new Error(`packages/${packageName}/src has no interface ${name}.`)
  return table(
    ['option', 'type', 'default', 'meaning'],
    members.map((member) => {
      const found = defaults.get(member.name)
      return [code(member.name), code(member.type), found === undefined ? '' : code(found), member.comment]
    }),
  )
}
