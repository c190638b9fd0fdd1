/** What the sources of a package say: where each export is, its signature, its doc comment, and the derivation above its rule. */
import { read } from '../repository.ts'
import {
  annotationOf,
  bodyOf,
  commentBefore,
  firstSentence,
  functionOf,
  interfaceMembers,
  namesOf,
  paramsOf,
  sourcesOf,
  type Syntax,
} from './syntax.ts'

/** An exported value of a package's index.ts. */
export type ExportSite = { readonly packageName: string; readonly name: string; readonly file: string }

/** A function or constant as its source declares it. */
export type Declaration = {
  readonly signature: string
  readonly sentence: string
  readonly parameters: readonly string[]
  /** The name of the interface of its last parameter, if that is one of options. */
  readonly optionsType: string | undefined
}

/** The values (not types) that the index exports by name, in its order. */
export function exportedValues(packageName: string): ExportSite[] {
  const folder = `packages/${packageName}/src`
  return bodyOf(`${folder}/index.ts`).flatMap((statement) => {
    const source = statement.source as { value: string } | null | undefined
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type' || !source) return []
    const specifiers = statement.specifiers as readonly { exportKind: string; exported: { name: string } }[]
    const file = `${folder}/${source.value.replace('./', '')}`
    return specifiers
      .filter(({ exportKind }) => exportKind !== 'type')
      .map(({ exported }) => ({ packageName, name: exported.name, file }))
  })
}

/** The declaration of an export. Of overloads the longest counts, with the comment of the first. */
export function declarationOf({ packageName, name, file }: ExportSite): Declaration {
  const text = read(file)
  const found = bodyOf(file).filter((statement) => namesOf(statement).includes(name))
  if (found.length === 0) throw new Error(`${file}: no declaration of ${name}.`)
  const sentence = firstSentence(commentBefore(text, found[0].start))
  const forms = found.map(functionOf).filter((form) => form !== undefined)
  if (forms.length === 0) return { signature: name, sentence, parameters: [], optionsType: undefined }
  const longest = forms.reduce((best, form) => (paramsOf(form).length > paramsOf(best).length ? form : best))
  const parameters = paramsOf(longest).map((param) => showParameter(packageName, param))
  const returned = annotationOf(longest.returnType as Syntax | undefined, text)
  const result = returned.startsWith('Tensor[') ? ` → ${returned}` : ''
  return {
    signature: `${name}(${parameters.map(({ shown }) => shown).join(', ')})${result}`,
    sentence,
    parameters: parameters.map(({ plain }) => plain),
    optionsType: optionsTypeOf(paramsOf(longest).at(-1)),
  }
}

/** The first sentence of the comment above an internal helper, such as `cosOfAsin`; undefined if there is none. */
export function helperSentence(packageName: string, name: string): string | undefined {
  for (const file of sourcesOf(packageName)) {
    const text = read(file)
    const found = bodyOf(file).find((statement) => namesOf(statement).includes(name))
    const sentence = found && firstSentence(commentBefore(text, found.start))
    if (sentence) return sentence
  }
  return undefined
}

/** The comment lines that stand directly above the `jvp` and the `vjp` of a primitive. */
export function derivationOf(packageName: string, primitive: string): string[] {
  for (const file of sourcesOf(packageName)) {
    const text = read(file)
    const start = text.search(new RegExp(`definePrimitive(<[^(]*>)?\\('${primitive}'`))
    if (start < 0) continue
    const record = text.slice(start, text.indexOf('\n})', start))
    return [...record.matchAll(/((?:^ {2}\/\/ .*\n)+)(?= {2}(?:jvp|vjp):)/gm)].map(([lines]) =>
      lines
        .replaceAll(/^ {2}\/\/ /gm, '')
        .trim()
        .replaceAll(/\s*\n\s*/g, ' '),
    )
  }
  return []
}

type Parameter = { readonly shown: string; readonly plain: string }

function showParameter(packageName: string, param: Syntax): Parameter {
  switch (param.type) {
    case 'AssignmentPattern':
      return optional(showParameter(packageName, param.left as Syntax))
    case 'RestElement': {
      const { plain } = showParameter(packageName, param.argument as Syntax)
      return { shown: `...${plain}`, plain }
    }
    case 'ObjectPattern': {
      const keys = (param.properties as readonly { key: { name: string } }[]).map(({ key }) => key.name)
      return { shown: `{ ${keys.join(', ')} }`, plain: 'options' }
    }
    default: {
      const plain = param.name as string
      const keys = membersOf(packageName, param)
      const parameter = { shown: keys.length > 0 ? `{ ${keys.join(', ')} }` : plain, plain }
      return param.optional === true ? optional(parameter) : parameter
    }
  }
}

const optional = ({ shown, plain }: Parameter): Parameter => ({
  shown: shown.startsWith('{') ? shown : `${shown}?`,
  plain,
})

/** The names of an options interface, with those that it extends. */
function membersOf(packageName: string, param: Syntax): string[] {
  const type = optionsTypeOf(param)
  return type === undefined ? [] : interfaceMembers(packageName, type).map(({ name }) => name)
}

/** The interface of a parameter whose type is called something like SolveOptions. */
function optionsTypeOf(param: Syntax | undefined): string | undefined {
  const own = param?.type === 'AssignmentPattern' ? (param.left as Syntax) : param
  const annotation = own?.typeAnnotation as Syntax | undefined
  const named = (annotation?.typeAnnotation as Syntax | undefined)?.typeName as { name?: string } | undefined
  return named?.name?.endsWith('Options') === true ? named.name : undefined
}
