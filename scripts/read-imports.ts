import { parseSync } from 'vite'

/** A module that a source names, and the line on which it does. */
export type ImportSite = { readonly specifier: string; readonly line: number }

/** What the import table needs to know of one source. */
export type SourceFacts = { readonly imports: readonly ImportSite[]; readonly consoleLines: readonly number[] }

type SyntaxNode = { readonly type: string; readonly start: number; readonly [field: string]: unknown }

/**
 * The modules that a TypeScript source names, in any form: import, export … from, import(), type import, import = require;
 * and the lines that use `console`.
 *
 * @throws SyntaxError if the source cannot be parsed.
 */
export function readImports(file: string, text: string): SourceFacts {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new SyntaxError(`${file}: cannot be parsed: ${errors[0].message}`)
  const imports: ImportSite[] = []
  const consoleLines: number[] = []
  const lineOf = (node: SyntaxNode): number => text.slice(0, node.start).split('\n').length
  visit(program, (node) => {
    const specifier = namedModule(node)
    if (specifier !== undefined) imports.push({ specifier, line: lineOf(node) })
    if (usesConsole(node)) consoleLines.push(lineOf(node))
  })
  return { imports, consoleLines }
}

function visit(value: unknown, act: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, act)
  else if (isSyntaxNode(value)) {
    act(value)
    for (const field of Object.values(value)) visit(field, act)
  }
}

function namedModule(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node.source)
    case 'TSExternalModuleReference':
      return literal(node.expression)
    default:
      return undefined
  }
}

function usesConsole(node: SyntaxNode): boolean {
  if (node.type !== 'MemberExpression') return false
  return isNamed(node.object, 'console') || (isNamed(node.object, 'globalThis') && isNamed(node.property, 'console'))
}

const isSyntaxNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

const isNamed = (value: unknown, name: string): boolean =>
  isSyntaxNode(value) && value.type === 'Identifier' && value.name === name

const literal = (value: unknown): string | undefined =>
  isSyntaxNode(value) && typeof value.value === 'string' ? value.value : undefined
