/** Source files as syntax trees: declarations, their names, and the comments in front of them. */
import { parseSync } from 'vite'
import { listFiles, read } from '../repository.ts'

/** A node of the syntax tree. */
export type Syntax = {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** The sources of a package; operations come first, so that their helpers are found before others of the same name. */
export function sourcesOf(packageName: string): string[] {
  const folder = `packages/${packageName}/src`
  const first = [...listFiles(`${folder}/ops`), ...listFiles(`${folder}/control-flow`)]
  const all = listFiles(folder).filter((file) => file.endsWith('.ts') && !/\.(as|d)\.ts$|\/generated\//.test(file))
  return [...new Set([...first, ...all])]
}

const bodies = new Map<string, readonly Syntax[]>()

/** The statements of a file. */
export function bodyOf(file: string): readonly Syntax[] {
  let body = bodies.get(file)
  if (body === undefined) bodies.set(file, (body = parseSync(file, read(file)).program.body as unknown as Syntax[]))
  return body
}

/** What a statement declares, exported or not. */
export const declared = (statement: Syntax): Syntax => (statement.declaration as Syntax | null | undefined) ?? statement

/** The names that a statement declares. */
export function namesOf(statement: Syntax): string[] {
  const own = declared(statement)
  const parts = (own.declarations as readonly Syntax[] | undefined) ?? [own]
  return parts.flatMap(({ id }) =>
    (id as { name?: string } | null | undefined)?.name ? [(id as { name: string }).name] : [],
  )
}

/** The function of a declaration: itself, or what a constant is set to. */
export function functionOf(statement: Syntax): Syntax | undefined {
  const own = declared(statement)
  const [first] = (own.declarations as readonly { init: Syntax }[] | undefined) ?? []
  const form = first?.init ?? own
  return 'params' in form ? form : undefined
}

export const paramsOf = (form: Syntax): readonly Syntax[] => form.params as readonly Syntax[]

/** The text of the doc comment that ends directly before a position. */
export function commentBefore(text: string, position: number): string {
  const found = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, position).replace(/(^\/\/ .*\n)+$/m, ''))
  return (found?.[1] ?? '').replaceAll(/^\s*\* ?/gm, '').trim()
}

/** Up to the first full stop or semicolon that ends a statement, without the line breaks. */
export const firstSentence = (comment: string): string =>
  (/^[\s\S]*?\.(?=\s|$)/.exec(comment.split('\n\n')[0].split('\n@')[0])?.[0] ?? comment).replaceAll(/\s+/g, ' ')

/** The members of an interface of a package, with those that it extends. */
export function interfaceMembers(packageName: string, name: string): Member[] {
  for (const file of sourcesOf(packageName)) {
    const found = bodyOf(file)
      .map(declared)
      .find((own) => own.type === 'TSInterfaceDeclaration' && namesOf(own).includes(name))
    if (found === undefined) continue
    const text = read(file)
    const inherited = (found.extends as readonly { expression: { name: string } }[]).flatMap(({ expression }) =>
      interfaceMembers(packageName, expression.name),
    )
    const members = (found.body as { body: readonly (Syntax & { key: { name: string } })[] }).body
    return [...inherited, ...members.map((member) => memberOf(member, text))]
  }
  return []
}

/** A member of an interface: its type, and the comment above it. */
export type Member = { readonly name: string; readonly type: string; readonly comment: string }

const memberOf = (member: Syntax & { readonly key: { readonly name: string } }, text: string): Member => ({
  name: member.key.name,
  type: annotationOf(member.typeAnnotation as Syntax | undefined, text),
  comment: oneLine(commentBefore(text, member.start)),
})

/** The text of a type annotation. */
export const annotationOf = (annotation: Syntax | null | undefined, text: string): string =>
  annotation ? oneLine(text.slice(annotation.start, annotation.end).replace(/^:\s*/, '')) : ''

/** What a file writes as defaults, by name: `{ name = value }` in a pattern, or `options.name ?? value`. */
export function defaultsIn(file: string): ReadonlyMap<string, string> {
  const text = read(file)
  const found = new Map<string, string>()
  const note = (name: string | undefined, value: Syntax): void => {
    if (name !== undefined && !found.has(name)) found.set(name, oneLine(text.slice(value.start, value.end)))
  }
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit)
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return
    const { type, left, right, operator } = part as Syntax & { left?: Syntax; right?: Syntax }
    if (type === 'AssignmentPattern' && left && right) note(left.name as string | undefined, right)
    if (type === 'LogicalExpression' && operator === '??' && left && right)
      note((left.property as Syntax | undefined)?.name as string | undefined, right)
    Object.values(part).forEach(visit)
  }
  visit(bodyOf(file))
  return found
}

const oneLine = (comment: string): string => comment.replaceAll(/\s+/g, ' ')
