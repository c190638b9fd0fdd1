/** What the sources say of @cad/core's operations: where each is, its signature, its doc comment, and the derivation above its rule. */
import { parseSync } from 'vite'
import { listFiles, read } from '../repository.ts'

const folder = 'packages/core/src'

/** An exported value of packages/core/src/index.ts. */
export type ExportSite = { readonly name: string; readonly file: string }

/** A function as its source declares it. */
export type Declaration = {
  readonly signature: string
  readonly sentence: string
  readonly parameters: readonly string[]
}

type Syntax = { readonly type: string; readonly start: number; readonly end: number; readonly [field: string]: unknown }

/** The values (not types) that the index exports by name, in its order. */
export function exportedValues(): ExportSite[] {
  return bodyOf(`${folder}/index.ts`).flatMap((statement) => {
    const source = statement.source as { value: string } | null | undefined
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type' || !source) return []
    const specifiers = statement.specifiers as readonly { exportKind: string; exported: { name: string } }[]
    return specifiers
      .filter(({ exportKind }) => exportKind !== 'type')
      .map(({ exported }) => ({ name: exported.name, file: `${folder}/${source.value.replace('./', '')}` }))
  })
}

/** The declaration of an exported function. Of overloads the longest counts, with the comment of the first. */
export function declarationOf({ name, file }: ExportSite): Declaration {
  const text = read(file)
  const found = bodyOf(file).filter((statement) => namesOf(statement).includes(name))
  if (found.length === 0) throw new Error(`${file}: no declaration of ${name}.`)
  const forms = found.map(functionOf).filter((form) => form !== undefined)
  const longest = forms.reduce((best, form) => (paramsOf(form).length > paramsOf(best).length ? form : best), forms[0])
  const parameters = longest === undefined ? [] : paramsOf(longest).map((param) => showParameter(param))
  const returned = longest === undefined ? '' : annotationOf(longest.returnType as Syntax | undefined, text)
  const result = returned.startsWith('Tensor[') ? ` → ${returned}` : ''
  return {
    signature: `${name}(${parameters.map(({ shown }) => shown).join(', ')})${result}`,
    sentence: firstSentence(commentBefore(text, found[0].start)),
    parameters: parameters.map(({ plain }) => plain),
  }
}

/** The first sentence of the comment above an internal helper of the operations, such as `cosOfAsin`; undefined if there is none. */
export function helperSentence(name: string): string | undefined {
  for (const file of operationFiles()) {
    const text = read(file)
    const found = bodyOf(file).find((statement) => namesOf(statement).includes(name))
    const sentence = found && firstSentence(commentBefore(text, found.start))
    if (sentence) return sentence
  }
  return undefined
}

/** The comment lines that stand directly above the `jvp` and the `vjp` of a primitive. */
export function derivationOf(primitive: string): string[] {
  for (const file of operationFiles()) {
    const text = read(file)
    const start = text.search(new RegExp(`definePrimitive(<[^(]*>)?\\('${primitive}'`))
    if (start < 0) continue
    const record = text.slice(start, text.indexOf('\n})', start))
    return [...record.matchAll(/((?:^ {2}\/\/ .*\n)+)(?= {2}(?:jvp|vjp):)/gm)].map(([lines]) =>
      lines
        .replaceAll(/^ {2}\/\/ /gm, '')
        .trim()
        .replaceAll('\n', ' '),
    )
  }
  return []
}

const operationFiles = (): string[] => [...listFiles(`${folder}/ops`), ...listFiles(`${folder}/control-flow`)]

const bodies = new Map<string, readonly Syntax[]>()

function bodyOf(file: string): readonly Syntax[] {
  let body = bodies.get(file)
  if (body === undefined) bodies.set(file, (body = parseSync(file, read(file)).program.body as unknown as Syntax[]))
  return body
}

const declared = (statement: Syntax): Syntax => (statement.declaration as Syntax | null | undefined) ?? statement

function namesOf(statement: Syntax): string[] {
  const own = declared(statement)
  const parts = (own.declarations as readonly Syntax[] | undefined) ?? [own]
  return parts.flatMap(({ id }) =>
    (id as { name?: string } | null | undefined)?.name ? [(id as { name: string }).name] : [],
  )
}

/** The function of a declaration: itself, or what a constant is set to. */
function functionOf(statement: Syntax): Syntax | undefined {
  const own = declared(statement)
  const [first] = (own.declarations as readonly { init: Syntax }[] | undefined) ?? []
  const form = first?.init ?? own
  return 'params' in form ? form : undefined
}

const paramsOf = (form: Syntax): readonly Syntax[] => form.params as readonly Syntax[]

type Parameter = { readonly shown: string; readonly plain: string }

function showParameter(param: Syntax): Parameter {
  switch (param.type) {
    case 'AssignmentPattern':
      return optional(showParameter(param.left as Syntax))
    case 'RestElement': {
      const { plain } = showParameter(param.argument as Syntax)
      return { shown: `...${plain}`, plain }
    }
    case 'ObjectPattern': {
      const keys = (param.properties as readonly { key: { name: string } }[]).map(({ key }) => key.name)
      return { shown: `{ ${keys.join(', ')} }`, plain: 'options' }
    }
    default: {
      const plain = param.name as string
      const keys = membersOf(param.typeAnnotation as Syntax | undefined)
      const parameter = { shown: keys.length > 0 ? `{ ${keys.join(', ')} }` : plain, plain }
      return param.optional === true ? optional(parameter) : parameter
    }
  }
}

const optional = ({ shown, plain }: Parameter): Parameter => ({
  shown: shown.startsWith('{') ? shown : `${shown}?`,
  plain,
})

/** The names of an options interface of the operations, with those that it extends. */
function membersOf(annotation: Syntax | undefined): string[] {
  const named = (annotation?.typeAnnotation as Syntax | undefined)?.typeName as { name?: string } | undefined
  return named?.name?.endsWith('Options') === true ? interfaceMembers(named.name) : []
}

function interfaceMembers(name: string): string[] {
  for (const file of operationFiles()) {
    const found = bodyOf(file).map(declared).find((own) => own.type === 'TSInterfaceDeclaration' && namesOf(own).includes(name)) // prettier-ignore
    if (found === undefined) continue
    const inherited = (found.extends as readonly { expression: { name: string } }[]).map(
      ({ expression }) => expression.name,
    )
    const members = (found.body as { body: readonly { key: { name: string } }[] }).body.map(({ key }) => key.name)
    return [...inherited.flatMap(interfaceMembers), ...members]
  }
  return []
}

const annotationOf = (annotation: Syntax | null | undefined, text: string): string =>
  annotation ? text.slice(annotation.start, annotation.end).replace(/^:\s*/, '').replaceAll(/\s+/g, ' ') : ''

/** The text of the doc comment that ends directly before a position. */
function commentBefore(text: string, position: number): string {
  const found = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, position).replace(/(^\/\/ .*\n)+$/m, ''))
  return (found?.[1] ?? '').replaceAll(/^\s*\* ?/gm, '').trim()
}

/** Up to the first full stop or semicolon that ends a statement, without the line breaks. */
const firstSentence = (comment: string): string =>
  (/^[\s\S]*?\.(?=\s|$)/.exec(comment.split('\n\n')[0].split('\n@')[0])?.[0] ?? comment).replaceAll(/\s+/g, ' ')
